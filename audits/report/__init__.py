"""The result of one audit as files: a report on paper and a workbook."""

from audits.report.book import report_workbook
from audits.report.paper import report_pdf

__all__ = ["report_pdf", "report_workbook"]
