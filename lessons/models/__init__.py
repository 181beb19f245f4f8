"""The nouns of the knowledge base, with the constraints that hold in the database."""

from .comments import Comment
from .countries import Country
from .distinct import NotSame
from .embeddings import Part, RecordEmbedding, RecordNeighbour
from .evidence import Citation
from .imports import Import, ImportRow, ImportState, Outcome
from .jobs import Job, JobState
from .links import Link
from .lists import ReadingList, ReadingListItem, Visibility
from .outbox import SearchOutbox
from .publicity import PublicChange, PublicEvent
from .readings import PassageReading, ReadingState
from .records import Actor, Failure, Lesson, Recommendation, Record
from .reports import Passage, Report, ReportType
from .searches import Frequency, SavedSearch
from .sight import Access, Sight, may_read, may_read_if_named, sight_of
from .suggestions import Cue, CueLanguage, CueUse, Suggestion, SuggestionState
from .tags import RecordTag, Tag
from .themes import Theme
from .uploads import Upload
from .uptake import Uptake
from .use import RecordUse, Use
from .vocabulary import (
    JOINS,
    ActorType,
    AnchorState,
    AssertedBy,
    Claim,
    DatePrecision,
    FailureType,
    Kind,
    Level,
    Origin,
    Phase,
    Polarity,
    Predicate,
    Status,
    predicates_between,
    predicates_from,
    predicates_to,
)

__all__ = [
    "JOINS",
    "Access",
    "Actor",
    "ActorType",
    "AnchorState",
    "AssertedBy",
    "Citation",
    "Claim",
    "Comment",
    "Country",
    "Cue",
    "CueLanguage",
    "CueUse",
    "DatePrecision",
    "Failure",
    "FailureType",
    "Frequency",
    "Import",
    "ImportRow",
    "ImportState",
    "Job",
    "JobState",
    "Kind",
    "Lesson",
    "Level",
    "Link",
    "NotSame",
    "Origin",
    "Outcome",
    "Part",
    "Passage",
    "PassageReading",
    "Phase",
    "Polarity",
    "Predicate",
    "PublicChange",
    "PublicEvent",
    "ReadingList",
    "ReadingListItem",
    "ReadingState",
    "Recommendation",
    "Record",
    "RecordEmbedding",
    "RecordNeighbour",
    "RecordTag",
    "RecordUse",
    "Report",
    "ReportType",
    "SavedSearch",
    "SearchOutbox",
    "Sight",
    "Status",
    "Suggestion",
    "SuggestionState",
    "Tag",
    "Theme",
    "Upload",
    "Uptake",
    "Use",
    "Visibility",
    "may_read",
    "may_read_if_named",
    "predicates_between",
    "predicates_from",
    "predicates_to",
    "sight_of",
]
