"""Planners: agents that think before they act."""

from typing import TYPE_CHECKING

from adkconf._lazy import attach

if TYPE_CHECKING:
    from adkconf.planners.base_planner import BasePlanner as BasePlanner
    from adkconf.planners.built_in_planner import BuiltInPlanner as BuiltInPlanner
    from adkconf.planners.plan_re_act_planner import PlanReActPlanner as PlanReActPlanner

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "BasePlanner": "adkconf.planners.base_planner",
        "BuiltInPlanner": "adkconf.planners.built_in_planner",
        "PlanReActPlanner": "adkconf.planners.plan_re_act_planner",
    },
)
