"""What is true and stored: one file per domain, and the rules of access."""

from models.audit import ActivityEvent, AuditEntry, AuditHead
from models.contacts import Contact
from models.contracts import Contract
from models.customers import Customer
from models.events import Event
from models.files import FilePiece, StoredFile
from models.grants import AccessGrant
from models.idempotency import IdempotencyRecord
from models.invitations import Invitation
from models.invoices import CreditNote, Invoice, InvoiceLine, Payment
from models.jobs import Job
from models.keys import ApiKey
from models.letters import OutboundEmail
from models.lists import ListPreferences, Pin, SavedFilter
from models.notifications import Notification, NotificationPreference, ReadMark
from models.numbers import NumberSeries
from models.onboarding import OnboardingTask
from models.passwords import PasswordReset
from models.reach import LinkList, Reach
from models.reports import DownloadLink, ReportRun
from models.services import Service
from models.sessions import ActingSession, LoginSession, SessionToken, SignInAttempt
from models.sources import SourceFeed
from models.spending import Spending
from models.tags import CustomerTag
from models.tenants import Tenant
from models.trigrams import Trigram
from models.users import User

__all__ = ["AccessGrant", "ActingSession", "ActivityEvent", "ApiKey", "AuditEntry", "AuditHead", "Contact",
           "Contract", "CreditNote", "Customer", "CustomerTag", "DownloadLink", "Event", "FilePiece", "IdempotencyRecord",
           "Invitation", "Invoice", "InvoiceLine", "Job", "LinkList", "ListPreferences", "LoginSession",
           "Notification", "NotificationPreference", "NumberSeries", "OnboardingTask", "OutboundEmail", "PasswordReset",
           "Payment", "Pin", "Reach", "ReadMark", "ReportRun", "SavedFilter", "Service", "SessionToken", "SignInAttempt",
           "SourceFeed", "Spending", "StoredFile", "Tenant", "Trigram", "User"]
