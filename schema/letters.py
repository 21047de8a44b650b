"""Letters that the product sent."""

from __future__ import annotations

import models.letters
from resolvers import letters
from schema.directives import shown, shows
from schema.enums import described
from schema.nodes import Node
from schema.scalars import DateTime, EmailAddress

LetterStatus = described(models.letters.LetterStatus)


@shows(letters.OutboundEmail)
class OutboundEmail(Node):
    """A letter about a customer: to one of its people, or to a contact of whoever looks after it. Seen by those who
    hold EMAIL_SEND on the customer."""

    to: list[EmailAddress] = shown("Whom it is addressed to.")
    subject: str = shown("Its subject.")
    body: str = shown("Its text. \"{link}\" stands for the secret link, which its recipient alone gets.")
    kind: str = shown("Which letter it is, such as user_invited.")
    status: LetterStatus = shown("Whether it is out.")
    written_at: DateTime = shown("When it was written.")
    sent_at: DateTime | None = shown("When the mail server took it; null until then.")
