"""The public contract: Strawberry types, inputs and payloads; no queries, no rules."""

from __future__ import annotations

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.audit import AuditEntry
from schema.billing import BillingMutations
from schema.contacts import ContactMutations
from schema.contracts import ContractMutations
from schema.invitations import InvitationMutations
from schema.keys import KeyMutations
from schema.links import LinkMutations
from schema.lists import ListMutations
from schema.live import Subscription
from schema.notifications import NotificationMutations
from schema.onboarding import OnboardingMutations
from schema.passwords import PasswordMutations
from schema.profile import ProfileMutations
from schema.query import Query
from schema.registering import RegisteringMutations
from schema.reports import ReportMutations
from schema.scalars import SCALARS
from schema.services import ServiceMutations
from schema.sessions import SessionMutations
from schema.sources import SourceMutations
from schema.tags import TagMutations


@strawberry.type(description="Changes. Each is made whole or not at all.")
class Mutation(SessionMutations, LinkMutations, InvitationMutations, ContactMutations, ListMutations,
               NotificationMutations, ServiceMutations, ReportMutations, OnboardingMutations, BillingMutations,
               SourceMutations, KeyMutations, ContractMutations, TagMutations, RegisteringMutations,
               ProfileMutations, PasswordMutations):
    pass


def build_schema() -> strawberry.Schema:
    """The schema, before an engine is attached to it."""
    return strawberry.Schema(Query, Mutation, Subscription, types=[AuditEntry], config=StrawberryConfig(scalar_map=SCALARS))
