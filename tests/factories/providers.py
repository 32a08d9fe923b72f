"""Providers for tests, built by commands."""

from __future__ import annotations

from casetracker.core.actor import Actor
from casetracker.providers import commands
from casetracker.providers.states import AccountForm
from tests.grounds import built_once

IBAN = "UA213996220000026007233566001"
OTHER_IBAN = "UA903052992990004149123456789"


@built_once
def demo_provider(actor: Actor, name: str = "Playroom supplies (fictional)") -> str:
    """A provider of the actor's office without an account; returns its id."""
    return commands.add_provider(
        commands.AddProvider(name=name, contact="The shop", phone="+380 44 000 00 00"), actor=actor
    )


def demo_account(provider_id: str, actor: Actor, number: str = IBAN) -> str:
    """An account that waits for confirmation; returns its id."""
    return commands.add_account(
        commands.AddAccount(
            provider_id=provider_id,
            form=AccountForm.IBAN,
            number=number,
            holder="Playroom supplies",
            bank="A bank",
            country="UA",
        ),
        actor=actor,
    )


@built_once
def paid_provider(
    actor: Actor, confirmer: Actor, name: str = "Playroom supplies (fictional)", number: str = IBAN
) -> str:
    """A provider with a confirmed account, ready to be paid; returns its id."""
    provider_id = demo_provider(actor, name)
    account_id = demo_account(provider_id, actor, number)
    commands.confirm_account(commands.ConfirmAccount(account_id=account_id), actor=confirmer)
    return provider_id
