"""How the check of the methods is shown; it is no part of a council's report."""

from __future__ import annotations

from qaf_analysis.topics.check.analysis.recovery import MethodCheck
from qaf_analysis.topics.check.pictures import method_check_pictures
from qaf_analysis.topics.check.tables import method_check_tables
from qaf_analysis.topics.check.words import say_method_check
from qaf_analysis.topics.common.section import Page

METHOD_CHECK = Page(
    result=MethodCheck,
    say=say_method_check,
    tables=method_check_tables,
    pictures=method_check_pictures,
)
