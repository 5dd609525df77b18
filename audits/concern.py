"""One thing that speaks against closing an audit, with the place where it can be mended."""

from dataclasses import dataclass

from audits.choices import Weight

KINDS = {Weight.ERROR: "danger", Weight.WARNING: "bad", Weight.NOTE: "flat"}


@dataclass(frozen=True)
class Concern:
    weight: Weight
    text: str
    url: str

    @property
    def kind(self) -> str:
        return KINDS[self.weight]
