"""Events of community projects."""

from __future__ import annotations

from dataclasses import dataclass

from casetracker.community import partner_events, share_events  # noqa: F401  # more of its events
from casetracker.events.states import Category, DossierEvent, personal


@dataclass(frozen=True, kw_only=True)
class ProjectOpened(DossierEvent):
    """A project was opened."""

    kind = "project.opened"
    icon = "folder-plus"
    title: str


@dataclass(frozen=True, kw_only=True)
class ProjectEdited(DossierEvent):
    """What is known of the project was changed, with a reason."""

    kind = "project.edited"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ProjectClosed(DossierEvent):
    """The project was closed: from now on it is only read."""

    kind = "project.closed"
    icon = "archive"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ProjectReopened(DossierEvent):
    """A closed project was opened again."""

    kind = "project.reopened"
    icon = "archive-restore"
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SiteAdded(DossierEvent):
    """An institution answered the call."""

    kind = "site.added"
    icon = "building"
    site_id: str
    site: str


@dataclass(frozen=True, kw_only=True)
class SiteEdited(DossierEvent):
    """What is known of the site was changed, with a reason."""

    kind = "site.edited"
    site_id: str
    site: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SitePaperAdded(DossierEvent):
    """A document was stored with the site."""

    kind = "site.paper_added"
    category = Category.DOCUMENTS
    icon = "file-plus"
    site_id: str
    site: str
    document_id: str
    paper: str


@dataclass(frozen=True, kw_only=True)
class SiteMoved(DossierEvent):
    """The site came to its next stage."""

    kind = "site.moved"
    icon = "arrow-right"
    site_id: str
    site: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class SiteLeft(DossierEvent):
    """The site went no further on the way, for a reason."""

    kind = "site.left"
    icon = "circle-x"
    site_id: str
    site: str
    outcome: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SiteTakenUp(DossierEvent):
    """The site goes on from where it stopped, for a reason."""

    kind = "site.taken_up"
    icon = "rotate-ccw"
    site_id: str
    site: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class GroupMembersJoined(DossierEvent):
    """Members, `number` of them alike, joined the site's initiative group."""

    kind = "group.members_joined"
    icon = "user-plus"
    site_id: str
    site: str
    number: int


@dataclass(frozen=True, kw_only=True)
class GroupMembershipEnded(DossierEvent):
    """A member left the site's initiative group, for a reason."""

    kind = "group.membership_ended"
    icon = "user-minus"
    site_id: str
    site: str
    member_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class GroupGatheringLogged(DossierEvent):
    """The initiative group was trained, or met."""

    kind = "group.gathering_logged"
    icon = "users"
    site_id: str
    site: str
    gathering_id: str
    gathering: str
    attended: int
    topic: str = personal()


@dataclass(frozen=True, kw_only=True)
class GroupGatheringCorrected(DossierEvent):
    """What was logged of a gathering was corrected, with a reason."""

    kind = "group.gathering_corrected"
    site_id: str
    site: str
    gathering_id: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class SelectionCriteriaSet(DossierEvent):
    """What the project's sites are compared by was set, or changed with a reason."""

    kind = "selection.criteria_set"
    icon = "list-checks"
    number: int
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class SiteScored(DossierEvent):
    """A site got its scores, or others with a reason; `total` in whole per cent of the most possible."""

    kind = "site.scored"
    icon = "scale"
    site_id: str
    site: str
    total: int
    reason: str | None = personal(None)


@dataclass(frozen=True, kw_only=True)
class SiteVoteLogged(DossierEvent):
    """There was a vote on the site."""

    kind = "site.vote_logged"
    icon = "vote"
    site_id: str
    site: str
    votes_for: int
    votes_against: int
    abstained: int


@dataclass(frozen=True, kw_only=True)
class SiteVoteCorrected(DossierEvent):
    """What was logged of the vote on the site was corrected, with a reason."""

    kind = "site.vote_corrected"
    site_id: str
    site: str
    votes_for: int
    votes_against: int
    abstained: int
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ContributionPledged(DossierEvent):
    """Somebody beside the donor pledged something for a site; minor units."""

    kind = "co_contribution.pledged"
    category = Category.MONEY
    icon = "hand-coins"
    site_id: str
    site: str
    giver: str = personal()
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class ContributionCorrected(DossierEvent):
    """A pledge was corrected, with a reason."""

    kind = "co_contribution.corrected"
    category = Category.MONEY
    site_id: str
    site: str
    reason: str = personal()


@dataclass(frozen=True, kw_only=True)
class ContributionDelivered(DossierEvent):
    """Something of a pledge came, with what proves it; minor units."""

    kind = "co_contribution.delivered"
    category = Category.MONEY
    icon = "package-check"
    site_id: str
    site: str
    giver: str = personal()
    amount: int
    currency: str
