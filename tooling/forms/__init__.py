"""Input to clean values; choices are narrowed to the person."""

from tooling.forms.contracts import ContractFilter, ContractForm, DecisionForm, RenewalFilter
from tooling.forms.rollouts import RolloutFilter, RolloutForm, StateForm, WaveForm
from tooling.forms.seats import SeatFilter, SeatForm
from tooling.forms.tools import RadarFilter, RingForm, ToolFilter, ToolForm

__all__ = [
    "ContractFilter",
    "ContractForm",
    "DecisionForm",
    "RadarFilter",
    "RenewalFilter",
    "RingForm",
    "RolloutFilter",
    "RolloutForm",
    "SeatFilter",
    "SeatForm",
    "StateForm",
    "ToolFilter",
    "ToolForm",
    "WaveForm",
]
