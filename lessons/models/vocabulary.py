"""The closed lists that records, links and claims are described with."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What a record is; the first letter begins its code (``L-12``)."""

    LESSON = "lesson", _("lesson")
    FAILURE = "failure", _("failure")
    ACTOR = "actor", _("actor")
    RECOMMENDATION = "recommendation", _("recommendation")

    @property
    def letter(self) -> str:
        return str(self.value)[0].upper()

    @property
    def plural_label(self) -> str:
        return str(KIND_PLURALS[self])

    @property
    def plural(self) -> str:
        """The word that stands in URLs: ``lessons``."""
        return f"{self.value}s"


KIND_PLURALS = {
    Kind.LESSON: _("lessons"),
    Kind.FAILURE: _("failures"),
    Kind.ACTOR: _("actors"),
    Kind.RECOMMENDATION: _("recommendations"),
}


class Status(models.TextChoices):
    """Where a record stands in its life."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Phase(models.TextChoices):
    """The phase of a crisis that a record speaks of."""

    PREVENTION = "prevention", _("prevention")
    WARNING = "warning", _("warning")
    RESPONSE = "response", _("response")
    TRANSITION = "transition", _("transition")
    RECOVERY = "recovery", _("recovery")


class Polarity(models.TextChoices):
    """Whether a lesson shows what to do or what not to do."""

    GOOD_PRACTICE = "good_practice", _("good practice")
    TO_AVOID = "to_avoid", _("to avoid")


class Level(models.TextChoices):
    """The level at which a lesson applies."""

    STRATEGIC = "strategic", _("strategic")
    OPERATIONAL = "operational", _("operational")
    TACTICAL = "tactical", _("tactical")


class Origin(models.TextChoices):
    """Who drew the lesson."""

    STATED = "stated", _("stated by the source")
    INFERRED = "inferred", _("inferred by the analyst")


class FailureType(models.TextChoices):
    """In which way something went wrong."""

    OMISSION = "omission", _("omission")
    COMMISSION = "commission", _("commission")
    DELAY = "delay", _("delay")
    MISJUDGEMENT = "misjudgement", _("misjudgement")
    RESOURCE_GAP = "resource_gap", _("resource gap")
    STRUCTURAL = "structural", _("structural")


class ActorType(models.TextChoices):
    """What kind of body or person an actor is."""

    STATE = "state", _("state")
    INTERGOVERNMENTAL = "intergovernmental", _("intergovernmental body")
    MISSION = "mission", _("mission")
    ARMED_GROUP = "armed_group", _("armed group")
    NGO = "ngo", _("NGO")
    MEDIA = "media", _("media")
    CIVIL_SOCIETY = "civil_society", _("civil society")
    PERSON = "person", _("person")
    OFFICE = "office", _("office")
    COLLECTIVE = "collective", _("collective")


class AnchorState(models.TextChoices):
    """Whether a quotation still stands where its citation says."""

    VERIFIED = "verified", _("verified")
    MOVED = "moved", _("moved")
    LOST = "lost", _("lost")


class AssertedBy(models.TextChoices):
    """Who says that two records are linked."""

    SOURCE = "source", _("the source")
    ANALYST = "analyst", _("the analyst")


class Claim(models.TextChoices):
    """What somebody says became of a lesson or recommendation."""

    ACCEPTED = "accepted", _("accepted")
    PARTLY_ACCEPTED = "partly_accepted", _("partly accepted")
    REJECTED = "rejected", _("rejected")
    IMPLEMENTED = "implemented", _("implemented")
    NOT_IMPLEMENTED = "not_implemented", _("not implemented")
    REPEATED = "repeated", _("repeated")


class DatePrecision(models.TextChoices):
    """How much of a date is known."""

    YEAR = "year", pgettext_lazy("date precision", "year")
    MONTH = "month", pgettext_lazy("date precision", "month")
    DAY = "day", pgettext_lazy("date precision", "day")


class Predicate(models.TextChoices):
    """How one record bears on another."""

    RESPONSIBLE_FOR = "responsible_for", _("responsible for")
    FAILED_IN = "failed_in", _("failed in")
    AFFECTED_BY = "affected_by", _("affected by")
    WARNED_OF = "warned_of", _("warned of")
    CAUSED_BY = "caused_by", _("caused by")
    LED_TO = "led_to", _("led to")
    DRAWN_FROM = "drawn_from", _("drawn from")
    ADDRESSES = "addresses", _("addresses")
    ADDRESSED_TO = "addressed_to", _("addressed to")
    CONTRADICTS = "contradicts", _("contradicts")
    REFINES = "refines", _("refines")
    PART_OF = "part_of", _("part of")

    @property
    def inverse_label(self) -> str:
        """The predicate read from its target: what ``F-2`` says of ``A-1 failed in F-2``."""
        return str(INVERSE_LABELS[self])


INVERSE_LABELS = {
    Predicate.RESPONSIBLE_FOR: _("responsibility of"),
    Predicate.FAILED_IN: _("failure of"),
    Predicate.AFFECTED_BY: _("affected"),
    Predicate.WARNED_OF: _("warned of by"),
    Predicate.CAUSED_BY: _("a cause of"),
    Predicate.LED_TO: _("result of"),
    Predicate.DRAWN_FROM: _("taught"),
    Predicate.ADDRESSES: _("addressed by"),
    Predicate.ADDRESSED_TO: _("asked to act on"),
    Predicate.CONTRADICTS: _("contradicted by"),
    Predicate.REFINES: _("refined by"),
    Predicate.PART_OF: _("includes"),
}

JOINS: dict[Predicate, frozenset[tuple[Kind, Kind]]] = {
    Predicate.RESPONSIBLE_FOR: frozenset({(Kind.ACTOR, Kind.FAILURE)}),
    Predicate.FAILED_IN: frozenset({(Kind.ACTOR, Kind.FAILURE)}),
    Predicate.AFFECTED_BY: frozenset({(Kind.ACTOR, Kind.FAILURE)}),
    Predicate.WARNED_OF: frozenset({(Kind.ACTOR, Kind.FAILURE)}),
    Predicate.CAUSED_BY: frozenset({(Kind.FAILURE, Kind.FAILURE)}),
    Predicate.LED_TO: frozenset({(Kind.FAILURE, Kind.FAILURE)}),
    Predicate.DRAWN_FROM: frozenset({(Kind.LESSON, Kind.FAILURE)}),
    Predicate.ADDRESSES: frozenset(
        {(Kind.RECOMMENDATION, Kind.LESSON), (Kind.RECOMMENDATION, Kind.FAILURE)}
    ),
    Predicate.ADDRESSED_TO: frozenset(
        {(Kind.RECOMMENDATION, Kind.ACTOR), (Kind.LESSON, Kind.ACTOR)}
    ),
    Predicate.CONTRADICTS: frozenset({(Kind.LESSON, Kind.LESSON)}),
    Predicate.REFINES: frozenset({(Kind.LESSON, Kind.LESSON)}),
    Predicate.PART_OF: frozenset({(Kind.ACTOR, Kind.ACTOR)}),
}


def predicates_between(source: str, target: str) -> list[Predicate]:
    """Return the predicates that may join a record of kind ``source`` to one of ``target``."""
    return [predicate for predicate, pairs in JOINS.items() if (source, target) in pairs]


def predicates_from(source: str) -> list[Predicate]:
    """Return the predicates whose source may be of kind ``source``."""
    return [p for p, pairs in JOINS.items() if any(source == first for first, _target in pairs)]


def predicates_to(target: str) -> list[Predicate]:
    """Return the predicates whose target may be of kind ``target``."""
    return [p for p, pairs in JOINS.items() if any(target == second for _source, second in pairs)]
