"""Items that tell the same event become stories: which of them, under which id, and why. Knows no store and no clock.

terms       the words of a report, made once and stored
languages   which words say nothing (stopwords), and how words are cut down
statistics  how much a word tells: a snapshot; the first one is shipped (cold)
vectors     terms, weighed
pairs       how alike two reports are, and by which rule
board       the open items, and who of them is alike
ties        how alike they are, in a few bytes each
clusters    ties become groups
links       how alike two groups are
assigning   groups become stories that keep their ids
affairs     stories that stand under one heading
explaining  why a report is where it is
"""

from aggregator.core.group import affairs, statistics, terms
from aggregator.core.group.assigning import assign
from aggregator.core.group.board import THRESHOLDS, Board
from aggregator.core.group.explaining import evidence, mean

__all__ = ["THRESHOLDS", "Board", "affairs", "assign", "evidence", "mean", "statistics", "terms"]
