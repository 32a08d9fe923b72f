"""The first structure: every table of the program, and the triggers of those that only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.append_only import append_only_as_migrated
from casetracker.core.keeping import drop_kept

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


ONLY_GROW: dict[str, tuple[str, ...]] = {
    "clock_extension": (),
    "contribution_proof": (),
    "delivery": (),
    "disbursement_decision": (),
    "event": (),
    "installation_mark": (),
    "invoice": (),
    "ledger_entry": (),
    "ledger_posting": (),
    "note": ("text",),
    "payment": (),
    "payment_approval": (),
    "payment_share": (),
    "personal_value": ("salt", "value"),
    "plan_decision": (),
    "plan_recall": (),
    "plan_version": ("content",),
    "purchase_order": (),
    "reversal_share": (),
    "submission": (),
    "verification": (),
}
"""Tables that only grow, each with the columns that may be emptied."""


def upgrade() -> None:
    op.create_table(
        "chain",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain")),
        sa.UniqueConstraint("owner_id", "part", name=op.f("uq_chain_owner_id_part")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("currency <> base", name=op.f("ck_exchange_rate_two_currencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint("currency", "base", "day", name=op.f("uq_exchange_rate_currency_base_day")),
    )
    op.create_table(
        "form_token",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("created_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_form_token")),
    )
    op.create_table(
        "installation_mark",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_mark")),
        info={"append_only": True},
    )
    op.create_table(
        "ledger_account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_account")),
    )
    op.create_table(
        "ledger_posting",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column(
            "move",
            sa.Enum(
                "award",
                "reserve",
                "commit",
                "spend",
                "release_reserved",
                "release_committed",
                "reverse",
                "relinquish",
                name="move",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_posting")),
        info={"append_only": True},
    )
    op.create_table(
        "office",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("is_sending", sa.Boolean(), nullable=False),
        sa.Column("is_receiving", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("is_sending OR is_receiving", name=op.f("ck_office_some_relation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("name", name=op.f("uq_office_name")),
    )
    op.create_table(
        "personal_value",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("tbl", sa.Text(), nullable=False),
        sa.Column("pk", sa.Text(), nullable=False),
        sa.Column("col", sa.Text(), nullable=False),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_personal_value")),
        info={"append_only": True},
    )
    with op.batch_alter_table("personal_value", schema=None) as batch_op:
        batch_op.create_index("ix_personal_value_cell", ["tbl", "pk", "row_version"], unique=False)
        batch_op.create_index("ix_personal_value_event", ["chain_id", "seq"], unique=False)

    op.create_table(
        "reference_number",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_reference_number")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_failure_key_at", ["key", "at"], unique=False)

    op.create_table(
        "event",
        sa.Column("chain_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.id"], name=op.f("fk_event_chain_id")),
        sa.PrimaryKeyConstraint("chain_id", "seq", name=op.f("pk_event")),
        info={"append_only": True},
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_actor_at", ["actor_id", "at"], unique=False)
        batch_op.create_index("ix_event_chain_at", ["chain_id", "at"], unique=False)
        batch_op.create_index("ix_event_kind_at", ["kind", "at"], unique=False)

    op.create_table(
        "ledger_balance",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "awarded + reserved + committed + spent <= ceiling", name=op.f("ck_ledger_balance_under_ceiling")
        ),
        sa.CheckConstraint(
            "awarded >= 0 AND reserved >= 0 AND committed >= 0 AND spent >= 0",
            name=op.f("ck_ledger_balance_not_negative"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_balance_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_ledger_balance")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("posting_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_entry_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_ledger_entry_account_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["ledger_posting.id"], name=op.f("fk_ledger_entry_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("posting_id", "account_id", name=op.f("uq_ledger_entry_posting_id_account_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_account_id"), ["account_id"], unique=False)

    op.create_table(
        "pending_change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=True),
        sa.Column("payload", casetracker.core.db.JsonText(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("pending", "confirmed", "refused", "withdrawn", name="changestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'refused')) = (decided_by IS NOT NULL)", name=op.f("ck_pending_change_decided")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> requested_by", name=op.f("ck_pending_change_two_people")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_pending_change_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_change")),
    )
    with op.batch_alter_table("pending_change", schema=None) as batch_op:
        batch_op.create_index("ix_pending_change_state", ["state", "requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_pending_change_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "programme",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("donor", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("eligible_from", sa.Date(), nullable=False),
        sa.Column("eligible_until", sa.Date(), nullable=False),
        sa.Column("plan_within_months", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("eligible_from <= eligible_until", name=op.f("ck_programme_eligible")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_programme_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("account_id", name=op.f("uq_programme_account_id")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("registration", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_provider_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
    )
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_provider_office_id"), ["office_id"], unique=False)

    op.create_table(
        "user_account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "caseworker",
                "supervisor",
                "finance_officer",
                "auditor",
                "administrator",
                "system",
                "operator",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("office_id", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("asylum_clearance", sa.Boolean(), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_user_account_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "account_session",
        sa.Column("id_hash", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_account_session_user_id")),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_account_session")),
    )
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "approval_policy",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_approval_policy_days")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_approval_policy_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_policy")),
        sa.UniqueConstraint("programme_id", "valid_from", name=op.f("uq_approval_policy_programme_id_valid_from")),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_budget_line_account_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_budget_line_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint("account_id", name=op.f("uq_budget_line_account_id")),
        sa.UniqueConstraint("id", "programme_id", name=op.f("uq_budget_line_id_programme_id")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_budget_line_programme_id_code")),
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sending_office_id", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_dossier_programme_id")),
        sa.ForeignKeyConstraint(["sending_office_id"], ["office.id"], name=op.f("fk_dossier_sending_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("reference", name=op.f("uq_dossier_reference")),
    )
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(
            "ix_dossier_sending_opened", ["sending_office_id", "opened_on", "reference"], unique=False
        )

    op.create_table(
        "invitation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("used_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_invitation_office_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_invitation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_user_id"), ["user_id"], unique=False)

    op.create_table(
        "mandate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("office_ids", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("programme_ids", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mandate_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandate_user_id"), ["user_id"], unique=False)

    op.create_table(
        "provider_account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.Enum("iban", "other", name="accountform", native_enum=False, length=40), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_provider_account_confirmed")
        ),
        sa.CheckConstraint(
            "(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name=op.f("ck_provider_account_withdrawn")
        ),
        sa.CheckConstraint("confirmed_by <> added_by", name=op.f("ck_provider_account_two_people")),
        sa.ForeignKeyConstraint(["added_by"], ["user_account.id"], name=op.f("fk_provider_account_added_by")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["user_account.id"], name=op.f("fk_provider_account_confirmed_by")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_provider_account_office_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_account_provider_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["user_account.id"], name=op.f("fk_provider_account_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_account")),
        sa.UniqueConstraint("provider_id", "position", name=op.f("uq_provider_account_provider_id_position")),
    )
    op.create_table(
        "substitute",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("supervisor_id", sa.Text(), nullable=False),
        sa.Column("substitute_id", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("supervisor_id <> substitute_id", name=op.f("ck_substitute_two_people")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_substitute_days")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_substitute_office_id")),
        sa.ForeignKeyConstraint(["substitute_id"], ["user_account.id"], name=op.f("fk_substitute_substitute_id")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["user_account.id"], name=op.f("fk_substitute_supervisor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_substitute")),
    )
    with op.batch_alter_table("substitute", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_substitute_substitute_id"), ["substitute_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_substitute_supervisor_id"), ["supervisor_id"], unique=False)

    op.create_table(
        "approval_band",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("up_to", sa.BigInteger(), nullable=True),
        sa.Column("receiving", sa.BigInteger(), nullable=False),
        sa.Column("sending", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "receiving >= 0 AND sending >= 0 AND receiving + sending >= 1", name=op.f("ck_approval_band_some_approval")
        ),
        sa.CheckConstraint("up_to IS NULL OR up_to > 0", name=op.f("ck_approval_band_up_to")),
        sa.ForeignKeyConstraint(["policy_id"], ["approval_policy.id"], name=op.f("fk_approval_band_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_band")),
        sa.UniqueConstraint("policy_id", "position", name=op.f("uq_approval_band_policy_id_position")),
    )
    op.create_table(
        "counselling_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("in_person", "phone", "video", "written", name="channel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("has_interpreter", sa.Boolean(), nullable=False),
        sa.Column("topics", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("logged_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_counselling_session_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counselling_session")),
    )
    with op.batch_alter_table("counselling_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counselling_session_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "disbursement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("provider", "reimbursement", "cash", name="disbursementkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "returned",
                "refused",
                "cancelled",
                "closed",
                name="disbursementstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("local_currency", sa.Text(), nullable=True),
        sa.Column("local_amount", sa.BigInteger(), nullable=True),
        sa.Column("choice_reason", sa.Text(), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("writers", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(local_currency IS NULL) = (local_amount IS NULL)", name=op.f("ck_disbursement_local_pair")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_disbursement_positive")),
        sa.CheckConstraint("local_amount IS NULL OR local_amount > 0", name=op.f("ck_disbursement_local_positive")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_disbursement_dossier_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_disbursement_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursement")),
    )
    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disbursement_created_by"), ["created_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_disbursement_state", ["state", "dossier_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "return_application",
                "consent",
                "asylum_withdrawal",
                "travel_document",
                "fit_to_travel",
                "booking",
                "arrival_proof",
                "needs_assessment",
                "plan_agreement",
                "quote",
                "own_contribution",
                "handover_certificate",
                "invoice",
                "proof_of_payment",
                "refund_proof",
                "visit_report",
                "final_report",
                "other",
                name="documentkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("shared_id", sa.Text(), nullable=True),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind <> 'asylum_withdrawal' OR part = 'asylum'", name=op.f("ck_document_firewall")),
        sa.CheckConstraint("part IN ('shared', 'sending', 'asylum')", name=op.f("ck_document_part")),
        sa.CheckConstraint("shared_id IS NULL OR part = 'sending'", name=op.f("ck_document_sharing")),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_size")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_document_dossier_id")),
        sa.ForeignKeyConstraint(["shared_id"], ["document.id"], name=op.f("fk_document_shared_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_dossier_part", ["dossier_id", "part"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_person_id"), ["person_id"], unique=False)

    op.create_table(
        "dossier_access",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column(
            "relation", sa.Enum("sending", "receiving", name="relation", native_enum=False, length=40), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_dossier_access_days")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_access_dossier_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_dossier_access_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_access")),
    )
    with op.batch_alter_table("dossier_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_access_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index("ix_dossier_access_office", ["office_id", "dossier_id"], unique=False)

    op.create_table(
        "dossier_point",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("correction", "task", "finding", name="pointkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("params", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("blocks_money", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("raised_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.Text(), nullable=True),
        sa.Column("clearing_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_point_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_point")),
    )
    with op.batch_alter_table("dossier_point", schema=None) as batch_op:
        batch_op.create_index("ix_dossier_point_open", ["dossier_id", "cleared_at"], unique=False)

    op.create_table(
        "dossier_reader",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("is_revoked", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_dossier_reader_dossier_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_dossier_reader_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_reader")),
        sa.UniqueConstraint("dossier_id", "user_id", name=op.f("uq_dossier_reader_dossier_id_user_id")),
    )
    with op.batch_alter_table("dossier_reader", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dossier_reader_user_id"), ["user_id"], unique=False)

    op.create_table(
        "package",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Text(), nullable=False),
        sa.Column("budget_line_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("needs_plan", sa.Boolean(), nullable=False),
        sa.Column("in_kind_only", sa.Boolean(), nullable=False),
        sa.Column("cash_cap", sa.BigInteger(), nullable=True),
        sa.Column("contact_within_months", sa.BigInteger(), nullable=True),
        sa.Column("use_within_months", sa.BigInteger(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("NOT in_kind_only OR cash_cap IS NULL", name=op.f("ck_package_in_kind")),
        sa.CheckConstraint("cash_cap IS NULL OR cash_cap > 0", name=op.f("ck_package_cash_cap")),
        sa.CheckConstraint(
            "contact_within_months IS NULL OR contact_within_months > 0", name=op.f("ck_package_contact_within")
        ),
        sa.CheckConstraint("use_within_months IS NULL OR use_within_months > 0", name=op.f("ck_package_use_within")),
        sa.ForeignKeyConstraint(["budget_line_id"], ["budget_line.id"], name=op.f("fk_package_budget_line_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_package_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_package_programme_id_code")),
    )
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_package_budget_line_id"), ["budget_line_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "principal", "spouse", "child", "other_dependant", name="applicantrole", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "return_type",
            sa.Enum("voluntary", "forced", name="returntype", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "sex",
            sa.Enum("female", "male", "another", "not_known", name="sex", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("age_estimate", sa.BigInteger(), nullable=True),
        sa.Column("age_estimated_on", sa.Date(), nullable=True),
        sa.Column("nationality", sa.Text(), nullable=False),
        sa.Column("guardian_id", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("vulnerabilities", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("adult_at_application", sa.Boolean(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "left_out",
                "withdrawn",
                "not_departed",
                "withdrew_after_return",
                "deceased",
                "separated",
                name="personstatus",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(status = 'active') = (status_on IS NULL)", name=op.f("ck_person_status_of_a_day")),
        sa.CheckConstraint(
            "(age_estimate IS NULL) = (age_estimated_on IS NULL)", name=op.f("ck_person_estimate_of_a_day")
        ),
        sa.CheckConstraint("age_estimate IS NULL OR age_estimate BETWEEN 0 AND 120", name=op.f("ck_person_age")),
        sa.CheckConstraint("birth_date IS NULL OR age_estimate IS NULL", name=op.f("ck_person_one_age")),
        sa.CheckConstraint("guardian_id IS NULL OR guardian_id <> id", name=op.f("ck_person_guardian_is_another")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_person_dossier_id")),
        sa.ForeignKeyConstraint(["guardian_id"], ["person.id"], name=op.f("fk_person_guardian_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("dossier_id", "position", name=op.f("uq_person_dossier_id_position")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_family_name"), ["family_name"], unique=False)
        batch_op.create_index(
            "uq_person_principal",
            ["dossier_id"],
            unique=True,
            sqlite_where=sa.text("role = 'principal'"),
            postgresql_where=sa.text("role = 'principal'"),
        )

    op.create_table(
        "plan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "validated",
                "approved",
                "returned",
                name="planstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("draft_number", sa.BigInteger(), nullable=False),
        sa.Column("approved_number", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_plan_dossier_id")),
    )
    op.create_table(
        "quote_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Text(), nullable=False),
        sa.Column("from_amount", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("from_amount >= 0 AND number >= 0", name=op.f("ck_quote_rule_not_negative")),
        sa.ForeignKeyConstraint(["policy_id"], ["approval_policy.id"], name=op.f("fk_quote_rule_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_rule")),
        sa.UniqueConstraint("policy_id", "from_amount", name=op.f("uq_quote_rule_policy_id_from_amount")),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("summary", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "accepted", "returned", "recalled", name="referralstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name=op.f("ck_referral_answered")),
        sa.CheckConstraint(
            "state <> 'returned' OR answer_reason IS NOT NULL", name=op.f("ck_referral_returned_with_reason")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_referral_dossier_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_referral_office_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["user_account.id"], name=op.f("fk_referral_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index("ix_referral_office_state", ["office_id", "state"], unique=False)
        batch_op.create_index(
            "uq_referral_standing",
            ["dossier_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('waiting', 'accepted')"),
        )

    op.create_table(
        "retroactive_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Text(), nullable=False),
        sa.Column("sending_office_id", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=False),
        sa.Column("circumstances", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "opened", "declined", name="requeststate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("dossier_id", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("answered_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("answer_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'declined') = (answer_reason IS NOT NULL)",
            name=op.f("ck_retroactive_request_declined_with_reason"),
        ),
        sa.CheckConstraint(
            "(state = 'opened') = (dossier_id IS NOT NULL)", name=op.f("ck_retroactive_request_opened_with_case")
        ),
        sa.CheckConstraint("office_id <> sending_office_id", name=op.f("ck_retroactive_request_two_offices")),
        sa.ForeignKeyConstraint(["asked_by"], ["user_account.id"], name=op.f("fk_retroactive_request_asked_by")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_retroactive_request_dossier_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_retroactive_request_office_id")),
        sa.ForeignKeyConstraint(
            ["sending_office_id"], ["office.id"], name=op.f("fk_retroactive_request_sending_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retroactive_request")),
    )
    with op.batch_alter_table("retroactive_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retroactive_request_office_id"), ["office_id"], unique=False)
        batch_op.create_index("ix_retroactive_request_sending", ["sending_office_id", "state"], unique=False)

    op.create_table(
        "return_case",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("host_country", sa.Text(), nullable=False),
        sa.Column("return_country", sa.Text(), nullable=False),
        sa.Column("return_place", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "intake",
                "counselling",
                "application",
                "pre_departure",
                "return",
                "reintegration",
                "monitoring",
                "closed",
                name="stage",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("caseworker_id", sa.Text(), nullable=False),
        sa.Column("receiving_caseworker_id", sa.Text(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspension_reason", sa.Text(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "completed",
                "period_expired",
                "no_contact",
                "withdrew_before_departure",
                "not_departed",
                "withdrew_after_return",
                "re_migrated",
                "moved",
                "ineligible",
                "misuse",
                "security",
                "deceased",
                "funding_ended",
                "duplicate",
                name="outcome",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "closed_from",
            sa.Enum(
                "intake",
                "counselling",
                "application",
                "pre_departure",
                "return",
                "reintegration",
                "monitoring",
                "closed",
                name="stage",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("is_retroactive", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_return_case_closed_with_outcome")
        ),
        sa.CheckConstraint(
            "(suspended_on IS NULL) = (suspension_reason IS NULL)", name=op.f("ck_return_case_suspended_with_reason")
        ),
        sa.ForeignKeyConstraint(["caseworker_id"], ["user_account.id"], name=op.f("fk_return_case_caseworker_id")),
        sa.ForeignKeyConstraint(["id"], ["dossier.id"], name=op.f("fk_return_case_id")),
        sa.ForeignKeyConstraint(
            ["receiving_caseworker_id"], ["user_account.id"], name=op.f("fk_return_case_receiving_caseworker_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_case")),
    )
    with op.batch_alter_table("return_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_case_caseworker_id"), ["caseworker_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_return_case_receiving_caseworker_id"), ["receiving_caseworker_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_return_case_stage"), ["stage"], unique=False)

    op.create_table(
        "visit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("visitors", sa.Text(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column(
            "use", sa.Enum("as_planned", "partly", "not", name="use", native_enum=False, length=40), nullable=False
        ),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("logged_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_visit_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index("ix_visit_dossier", ["dossier_id", "visited_on"], unique=False)

    op.create_table(
        "asylum_application",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "pending", "granted", "refused", "withdrawn", "none", name="asylumoutcome", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("appealed_on", sa.Date(), nullable=True),
        sa.Column("appeal_decided_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(outcome = 'none') = (authority IS NULL)", name=op.f("ck_asylum_application_authority")),
        sa.CheckConstraint("(outcome = 'none') = (filed_on IS NULL)", name=op.f("ck_asylum_application_filed")),
        sa.CheckConstraint(
            "(outcome = 'withdrawn') = (withdrawn_on IS NOT NULL)", name=op.f("ck_asylum_application_withdrawn")
        ),
        sa.CheckConstraint(
            "outcome NOT IN ('granted', 'refused') OR decided_on IS NOT NULL",
            name=op.f("ck_asylum_application_decided"),
        ),
        sa.CheckConstraint(
            "appealed_on IS NULL OR decided_on <= appealed_on", name=op.f("ck_asylum_application_appeal")
        ),
        sa.CheckConstraint("decided_on IS NULL OR filed_on <= decided_on", name=op.f("ck_asylum_application_days")),
        sa.CheckConstraint(
            "withdrawn_on IS NULL OR document_id IS NOT NULL",
            name=op.f("ck_asylum_application_withdrawal_has_document"),
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_asylum_application_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_asylum_application_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asylum_application")),
    )
    with op.batch_alter_table("asylum_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asylum_application_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column(
            "kind", sa.Enum("complaint", "feedback", name="complaintkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "visit",
                "phone",
                "email",
                "letter",
                "box",
                "other",
                name="complaintchannel",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("logged_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(answer IS NULL) = (answered_on IS NULL)", name=op.f("ck_complaint_answer_of_a_day")),
        sa.CheckConstraint("answered_on IS NULL OR received_on <= answered_on", name=op.f("ck_complaint_days")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_complaint_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_complaint_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index("ix_complaint_dossier", ["dossier_id", "received_on"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.Text(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("sharing", "travel_support", "photos", name="consentscope", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("withdrawn_on IS NULL OR given_on <= withdrawn_on", name=op.f("ck_consent_days")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_consent_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_consent_dossier_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_consent_given_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(
            "uq_consent_standing",
            ["person_id", "scope"],
            unique=True,
            sqlite_where=sa.text("withdrawn_on IS NULL"),
            postgresql_where=sa.text("withdrawn_on IS NULL"),
        )

    op.create_table(
        "contact_made",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("contact_on", sa.Date(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("in_person", "phone", "video", "written", name="channel", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("logged_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_contact_made_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_made_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_made")),
    )
    with op.batch_alter_table("contact_made", schema=None) as batch_op:
        batch_op.create_index("ix_contact_made_dossier", ["dossier_id", "contact_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_made_person_id"), ["person_id"], unique=False)

    op.create_table(
        "eligibility_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("approved", "refused", "referred", name="eligibilityoutcome", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_eligibility_decision_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_eligibility_decision_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_decision")),
    )
    with op.batch_alter_table("eligibility_decision", schema=None) as batch_op:
        batch_op.create_index("ix_eligibility_decision_dossier", ["dossier_id", "decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_eligibility_decision_person_id"), ["person_id"], unique=False)

    op.create_table(
        "entitlement_rule",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column(
            "applicant_role",
            sa.Enum(
                "principal", "spouse", "child", "other_dependant", name="applicantrole", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "return_type",
            sa.Enum("voluntary", "forced", name="returntype", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("is_maximum", sa.Boolean(), nullable=False),
        sa.Column(
            "basis", sa.Enum("application", "departure", name="basisdate", native_enum=False, length=40), nullable=False
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("nationalities_included", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("nationalities_excluded", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_entitlement_rule_amount")),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name=op.f("ck_entitlement_rule_days")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_entitlement_rule_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_rule")),
    )
    with op.batch_alter_table("entitlement_rule", schema=None) as batch_op:
        batch_op.create_index("ix_entitlement_rule_key", ["package_id", "applicant_role", "return_type"], unique=False)

    op.create_table(
        "final_report",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("logged_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_final_report_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_final_report_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_final_report")),
        sa.UniqueConstraint("dossier_id", name=op.f("uq_final_report_dossier_id")),
    )
    op.create_table(
        "instalment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("disbursement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column(
            "terms",
            sa.Enum(
                "on_delivery", "prepayment", "reimbursement", "cash", name="paymentterms", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "planned",
                "ordered",
                "delivered",
                "invoiced",
                "paid",
                "verified",
                "skipped",
                name="instalmentstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("local_amount", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_positive")),
        sa.ForeignKeyConstraint(["disbursement_id"], ["disbursement.id"], name=op.f("fk_instalment_disbursement_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_instalment_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
        sa.UniqueConstraint("disbursement_id", "number", name=op.f("uq_instalment_disbursement_id_number")),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instalment_disbursement_id"), ["disbursement_id"], unique=False)
        batch_op.create_index("ix_instalment_state", ["state", "dossier_id"], unique=False)

    op.create_table(
        "journey",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("departed_on", sa.Date(), nullable=True),
        sa.Column("transit", sa.Text(), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=True),
        sa.Column("arrival_place", sa.Text(), nullable=True),
        sa.Column("arrival_document_id", sa.Text(), nullable=True),
        sa.Column("not_departed_on", sa.Date(), nullable=True),
        sa.Column("not_departed_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(not_departed_on IS NULL) = (not_departed_reason IS NULL)", name=op.f("ck_journey_reason")),
        sa.CheckConstraint("arrived_on IS NULL OR not_departed_on IS NULL", name=op.f("ck_journey_no_arrival")),
        sa.CheckConstraint(
            "departed_on IS NULL OR arrived_on IS NULL OR departed_on <= arrived_on", name=op.f("ck_journey_days")
        ),
        sa.CheckConstraint("departed_on IS NULL OR not_departed_on IS NULL", name=op.f("ck_journey_one_end")),
        sa.ForeignKeyConstraint(["arrival_document_id"], ["document.id"], name=op.f("fk_journey_arrival_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_journey_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_journey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey")),
        sa.UniqueConstraint("dossier_id", "person_id", name=op.f("uq_journey_dossier_id_person_id")),
    )
    with op.batch_alter_table("journey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journey_person_id"), ["person_id"], unique=False)

    op.create_table(
        "needs_assessment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("needs", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("logged_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_needs_assessment_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_needs_assessment_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_needs_assessment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs_assessment")),
    )
    with op.batch_alter_table("needs_assessment", schema=None) as batch_op:
        batch_op.create_index("ix_needs_assessment_dossier", ["dossier_id", "assessed_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_needs_assessment_person_id"), ["person_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("written_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("part IN ('sending', 'shared')", name=op.f("ck_note_part")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_note_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        info={"append_only": True},
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index("ix_note_dossier", ["dossier_id", "written_at"], unique=False)

    op.create_table(
        "person_grant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Text(), nullable=False),
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column("package_name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("budget_account_id", sa.Text(), nullable=False),
        sa.Column("programme_account_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("rule", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("basis_on", sa.Date(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "lapsed", "relinquished", name="grantstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("state_on", sa.Date(), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("needs_plan", sa.Boolean(), nullable=False),
        sa.Column("in_kind_only", sa.Boolean(), nullable=False),
        sa.Column("cash_cap", sa.BigInteger(), nullable=True),
        sa.Column("contact_within_months", sa.BigInteger(), nullable=True),
        sa.Column("use_within_months", sa.BigInteger(), nullable=True),
        sa.Column("contact_due_on", sa.Date(), nullable=True),
        sa.Column("use_due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("NOT in_kind_only OR cash_cap IS NULL", name=op.f("ck_person_grant_in_kind_has_no_cash")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_person_grant_positive")),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_person_grant_account_id")),
        sa.ForeignKeyConstraint(
            ["budget_account_id"], ["ledger_account.id"], name=op.f("fk_person_grant_budget_account_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_person_grant_dossier_id")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_person_grant_package_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_grant_person_id")),
        sa.ForeignKeyConstraint(
            ["programme_account_id"], ["ledger_account.id"], name=op.f("fk_person_grant_programme_account_id")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_person_grant_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_grant")),
        sa.UniqueConstraint("account_id", name=op.f("uq_person_grant_account_id")),
        sa.UniqueConstraint(
            "dossier_id", "person_id", "package_id", name=op.f("uq_person_grant_dossier_id_person_id_package_id")
        ),
    )
    with op.batch_alter_table("person_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_grant_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index("ix_person_grant_due", ["state", "contact_due_on", "use_due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_grant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "plan_activity",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "business",
                "education",
                "housing",
                "medical",
                "training",
                "job_placement",
                "psychosocial",
                "other",
                name="activitykind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("feasibility", sa.Text(), nullable=False),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_activity_dossier_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_activity_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_activity")),
    )
    with op.batch_alter_table("plan_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_activity_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_activity_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "plan_author",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("draft_number", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_author_dossier_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_author_plan_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_plan_author_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_author")),
        sa.UniqueConstraint(
            "plan_id", "draft_number", "user_id", name=op.f("uq_plan_author_plan_id_draft_number_user_id")
        ),
    )
    with op.batch_alter_table("plan_author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_author_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "plan_version",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", casetracker.core.db.JsonText(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("submitted_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("authors", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_version_dossier_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["user_account.id"], name=op.f("fk_plan_version_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("id", "content_hash", name=op.f("uq_plan_version_id_content_hash")),
        sa.UniqueConstraint("id", "submitted_by", name=op.f("uq_plan_version_id_submitted_by")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
        info={"append_only": True},
    )
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_version_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "quote",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("disbursement_id", sa.Text(), nullable=False),
        sa.Column("provider_name", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=True),
        sa.Column("is_chosen", sa.Boolean(), nullable=False),
        sa.Column("is_dropped", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_quote_positive")),
        sa.ForeignKeyConstraint(["disbursement_id"], ["disbursement.id"], name=op.f("fk_quote_disbursement_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_quote_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_quote_dossier_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_quote_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_disbursement_id"), ["disbursement_id"], unique=False)

    op.create_table(
        "return_application",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("logged_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_return_application_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_return_application_dossier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_application")),
    )
    with op.batch_alter_table("return_application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_application_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "travel_preparation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column(
            "travel_document",
            sa.Enum(
                "passport",
                "identity_card",
                "return_certificate",
                "birth_certificate",
                "other",
                name="traveldocument",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("document_number", sa.Text(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("travel_document_id", sa.Text(), nullable=True),
        sa.Column("is_fit", sa.Boolean(), nullable=True),
        sa.Column("fit_checked_on", sa.Date(), nullable=True),
        sa.Column("fit_document_id", sa.Text(), nullable=True),
        sa.Column("travels_on", sa.Date(), nullable=True),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=True),
        sa.Column("booking_document_id", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_document_id"], ["document.id"], name=op.f("fk_travel_preparation_booking_document_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_travel_preparation_dossier_id")),
        sa.ForeignKeyConstraint(
            ["fit_document_id"], ["document.id"], name=op.f("fk_travel_preparation_fit_document_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_travel_preparation_person_id")),
        sa.ForeignKeyConstraint(
            ["travel_document_id"], ["document.id"], name=op.f("fk_travel_preparation_travel_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_preparation")),
        sa.UniqueConstraint("dossier_id", "person_id", name=op.f("uq_travel_preparation_dossier_id_person_id")),
    )
    with op.batch_alter_table("travel_preparation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_travel_preparation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "visit_photograph",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_visit_photograph_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_visit_photograph_dossier_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_photograph_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_photograph")),
        sa.UniqueConstraint("visit_id", "document_id", name=op.f("uq_visit_photograph_visit_id_document_id")),
    )
    with op.batch_alter_table("visit_photograph", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_photograph_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "voluntariness",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("free_choice", sa.Boolean(), nullable=True),
        sa.Column("is_informed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_voluntariness_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voluntariness_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["counselling_session.id"], name=op.f("fk_voluntariness_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voluntariness")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_voluntariness_session_id_person_id")),
    )
    with op.batch_alter_table("voluntariness", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voluntariness_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voluntariness_person_id"), ["person_id"], unique=False)

    op.create_table(
        "application_person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["return_application.id"], name=op.f("fk_application_person_application_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_application_person_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_person_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_person")),
        sa.UniqueConstraint("dossier_id", "person_id", name=op.f("uq_application_person_dossier_id_person_id")),
    )
    with op.batch_alter_table("application_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_person_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_person_person_id"), ["person_id"], unique=False)

    op.create_table(
        "asylum_coverage",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["asylum_application.id"], name=op.f("fk_asylum_coverage_application_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_asylum_coverage_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_asylum_coverage_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asylum_coverage")),
        sa.UniqueConstraint("application_id", "person_id", name=op.f("uq_asylum_coverage_application_id_person_id")),
    )
    with op.batch_alter_table("asylum_coverage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asylum_coverage_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "clock_extension",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("clock", sa.Enum("contact", "use", name="clock", native_enum=False, length=40), nullable=False),
        sa.Column("was_due_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("extended_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until > was_due_on", name=op.f("ck_clock_extension_later")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_clock_extension_dossier_id")),
        sa.ForeignKeyConstraint(["extended_by"], ["user_account.id"], name=op.f("fk_clock_extension_extended_by")),
        sa.ForeignKeyConstraint(["grant_id"], ["person_grant.id"], name=op.f("fk_clock_extension_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_extension")),
        info={"append_only": True},
    )
    with op.batch_alter_table("clock_extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_extension_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_clock_extension_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("instalment_id", sa.Text(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("signed_by_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_delivery_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_delivery_dossier_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_delivery_instalment_id")),
        sa.ForeignKeyConstraint(["logged_by"], ["user_account.id"], name=op.f("fk_delivery_logged_by")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_delivery_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("instalment_id", name=op.f("uq_delivery_instalment_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "invoice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("instalment_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_invoice_positive")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_invoice_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_invoice_dossier_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_invoice_instalment_id")),
        sa.ForeignKeyConstraint(["logged_by"], ["user_account.id"], name=op.f("fk_invoice_logged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("instalment_id", name=op.f("uq_invoice_instalment_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invoice_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "plan_beneficiary",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["plan_activity.id"], name=op.f("fk_plan_beneficiary_activity_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_beneficiary_dossier_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_beneficiary_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_beneficiary")),
        sa.UniqueConstraint("activity_id", "person_id", name=op.f("uq_plan_beneficiary_activity_id_person_id")),
    )
    with op.batch_alter_table("plan_beneficiary", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_beneficiary_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "plan_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column(
            "step",
            sa.Enum("validate", "approve", "return", name="planstep", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("step <> 'return' OR reason IS NOT NULL", name=op.f("ck_plan_decision_return_has_reason")),
        sa.CheckConstraint("decided_by <> submitted_by", name=op.f("ck_plan_decision_four_eyes")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_plan_decision_decided_by")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_decision_dossier_id")),
        sa.ForeignKeyConstraint(
            ["version_id", "content_hash"],
            ["plan_version.id", "plan_version.content_hash"],
            name=op.f("fk_plan_decision_version_id_content_hash"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "submitted_by"],
            ["plan_version.id", "plan_version.submitted_by"],
            name=op.f("fk_plan_decision_version_id_submitted_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_decision")),
        sa.UniqueConstraint("version_id", "decided_by", name=op.f("uq_plan_decision_version_id_decided_by")),
        sa.UniqueConstraint("version_id", "step", name=op.f("uq_plan_decision_version_id_step")),
        info={"append_only": True},
    )
    with op.batch_alter_table("plan_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_decision_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "plan_line",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("unit_currency", sa.Text(), nullable=False),
        sa.Column(
            "frequency", sa.Enum("once", "monthly", name="frequency", native_enum=False, length=40), nullable=False
        ),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("is_removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("frequency = 'monthly' OR times = 1", name=op.f("ck_plan_line_once_is_one_time")),
        sa.CheckConstraint(
            "quantity > 0 AND unit_price > 0 AND times > 0 AND amount >= 0", name=op.f("ck_plan_line_positive")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["ledger_account.id"], name=op.f("fk_plan_line_account_id")),
        sa.ForeignKeyConstraint(["activity_id"], ["plan_activity.id"], name=op.f("fk_plan_line_activity_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_line_dossier_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_plan_line_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_line")),
        sa.UniqueConstraint("account_id", name=op.f("uq_plan_line_account_id")),
    )
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_line_activity_id"), ["activity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_line_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "plan_recall",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Text(), nullable=False),
        sa.Column("recalled_by", sa.Text(), nullable=False),
        sa.Column("recalled_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_recall_dossier_id")),
        sa.ForeignKeyConstraint(["recalled_by"], ["user_account.id"], name=op.f("fk_plan_recall_recalled_by")),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_plan_recall_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_recall")),
        sa.UniqueConstraint("version_id", name=op.f("uq_plan_recall_version_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("plan_recall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_recall_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "purchase_order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("instalment_id", sa.Text(), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_purchase_order_dossier_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_purchase_order_instalment_id")),
        sa.ForeignKeyConstraint(["ordered_by"], ["user_account.id"], name=op.f("fk_purchase_order_ordered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("instalment_id", name=op.f("uq_purchase_order_instalment_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_purchase_order_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("disbursement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("writers", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("submitted_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("content", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("policy", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("plan_version_id", sa.Text(), nullable=True),
        sa.Column("plan_authors", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("band_total", sa.BigInteger(), nullable=False),
        sa.Column("needs_receiving", sa.BigInteger(), nullable=False),
        sa.Column("needs_sending", sa.BigInteger(), nullable=False),
        sa.Column("quotes_needed", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["disbursement_id"], ["disbursement.id"], name=op.f("fk_submission_disbursement_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_submission_dossier_id")),
        sa.ForeignKeyConstraint(["plan_version_id"], ["plan_version.id"], name=op.f("fk_submission_plan_version_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["user_account.id"], name=op.f("fk_submission_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("disbursement_id", "number", name=op.f("uq_submission_disbursement_id_number")),
        sa.UniqueConstraint("id", "content_hash", name=op.f("uq_submission_id_content_hash")),
        sa.UniqueConstraint("id", "requested_by", name=op.f("uq_submission_id_requested_by")),
        info={"append_only": True},
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_disbursement_id"), ["disbursement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_submission_requested_by"), ["requested_by"], unique=False)

    op.create_table(
        "verification",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("instalment_id", sa.Text(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_verification_dossier_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_verification_instalment_id")),
        sa.ForeignKeyConstraint(["verified_by"], ["user_account.id"], name=op.f("fk_verification_verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification")),
        sa.UniqueConstraint("instalment_id", name=op.f("uq_verification_instalment_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verification_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "contribution_proof",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("grant", "own_cash", "own_kind", "third_party", name="fundingsource", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("source <> 'grant'", name=op.f("ck_contribution_proof_no_grant")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_contribution_proof_positive")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_contribution_proof_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_contribution_proof_dossier_id")),
        sa.ForeignKeyConstraint(["line_id"], ["plan_line.id"], name=op.f("fk_contribution_proof_line_id")),
        sa.ForeignKeyConstraint(["logged_by"], ["user_account.id"], name=op.f("fk_contribution_proof_logged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contribution_proof")),
        info={"append_only": True},
    )
    with op.batch_alter_table("contribution_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contribution_proof_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contribution_proof_line_id"), ["line_id"], unique=False)

    op.create_table(
        "disbursement_decision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("approver_id", sa.Text(), nullable=False),
        sa.Column("acts_for", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column(
            "step",
            sa.Enum("approve", "return", "refuse", name="decisionstep", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("step = 'approve' OR reason IS NOT NULL", name=op.f("ck_disbursement_decision_reason")),
        sa.CheckConstraint("approver_id <> requested_by", name=op.f("ck_disbursement_decision_four_eyes")),
        sa.ForeignKeyConstraint(
            ["approver_id"], ["user_account.id"], name=op.f("fk_disbursement_decision_approver_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_disbursement_decision_dossier_id")),
        sa.ForeignKeyConstraint(
            ["submission_id", "content_hash"],
            ["submission.id", "submission.content_hash"],
            name="fk_disbursement_decision_content",
        ),
        sa.ForeignKeyConstraint(
            ["submission_id", "requested_by"],
            ["submission.id", "submission.requested_by"],
            name=op.f("fk_disbursement_decision_submission_id_requested_by"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_disbursement_decision_submission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursement_decision")),
        sa.UniqueConstraint("id", "approver_id", name=op.f("uq_disbursement_decision_id_approver_id")),
        sa.UniqueConstraint(
            "submission_id", "approver_id", name=op.f("uq_disbursement_decision_submission_id_approver_id")
        ),
        info={"append_only": True},
    )
    with op.batch_alter_table("disbursement_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disbursement_decision_approver_id"), ["approver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_decision_submission_id"), ["submission_id"], unique=False)

    op.create_table(
        "disbursement_share",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("disbursement_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=True),
        sa.Column("activity_id", sa.Text(), nullable=True),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_disbursement_share_positive")),
        sa.ForeignKeyConstraint(["activity_id"], ["plan_activity.id"], name=op.f("fk_disbursement_share_activity_id")),
        sa.ForeignKeyConstraint(
            ["disbursement_id"], ["disbursement.id"], name=op.f("fk_disbursement_share_disbursement_id")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_disbursement_share_dossier_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["person_grant.id"], name=op.f("fk_disbursement_share_grant_id")),
        sa.ForeignKeyConstraint(["line_id"], ["plan_line.id"], name=op.f("fk_disbursement_share_line_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_disbursement_share_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disbursement_share")),
        sa.UniqueConstraint(
            "disbursement_id",
            "line_id",
            "grant_id",
            name=op.f("uq_disbursement_share_disbursement_id_line_id_grant_id"),
        ),
    )
    with op.batch_alter_table("disbursement_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disbursement_share_disbursement_id"), ["disbursement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_share_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_share_grant_id"), ["grant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_disbursement_share_line_id"), ["line_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("instalment_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("paid_amount", sa.BigInteger(), nullable=False),
        sa.Column("paid_currency", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0 AND paid_amount > 0", name=op.f("ck_payment_positive")),
        sa.CheckConstraint("recorded_by <> requested_by", name=op.f("ck_payment_four_eyes")),
        sa.ForeignKeyConstraint(["account_id"], ["provider_account.id"], name=op.f("fk_payment_account_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_payment_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_payment_dossier_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_payment_instalment_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"], name=op.f("fk_payment_recorded_by")),
        sa.ForeignKeyConstraint(
            ["submission_id", "requested_by"],
            ["submission.id", "submission.requested_by"],
            name=op.f("fk_payment_submission_id_requested_by"),
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_payment_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("id", "recorded_by", name=op.f("uq_payment_id_recorded_by")),
        sa.UniqueConstraint("instalment_id", name=op.f("uq_payment_instalment_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "plan_funding",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column(
            "source",
            sa.Enum("grant", "own_cash", "own_kind", "third_party", name="fundingsource", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("grant_id", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(source = 'grant') = (grant_id IS NOT NULL)", name=op.f("ck_plan_funding_grant_named")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_plan_funding_positive")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_plan_funding_dossier_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["person_grant.id"], name=op.f("fk_plan_funding_grant_id")),
        sa.ForeignKeyConstraint(["line_id"], ["plan_line.id"], name=op.f("fk_plan_funding_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_funding")),
        sa.UniqueConstraint("line_id", "source", "grant_id", name=op.f("uq_plan_funding_line_id_source_grant_id")),
    )
    with op.batch_alter_table("plan_funding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_funding_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_funding_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "pool_agreement",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_pool_agreement_positive")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_pool_agreement_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_pool_agreement_dossier_id")),
        sa.ForeignKeyConstraint(["line_id"], ["plan_line.id"], name=op.f("fk_pool_agreement_line_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pool_agreement_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_agreement")),
    )
    with op.batch_alter_table("pool_agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pool_agreement_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pool_agreement_line_id"), ["line_id"], unique=False)

    op.create_table(
        "instalment_share",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("instalment_id", sa.Text(), nullable=False),
        sa.Column("share_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_instalment_share_positive")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_instalment_share_dossier_id")),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_instalment_share_instalment_id")),
        sa.ForeignKeyConstraint(["share_id"], ["disbursement_share.id"], name=op.f("fk_instalment_share_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment_share")),
        sa.UniqueConstraint("instalment_id", "share_id", name=op.f("uq_instalment_share_instalment_id_share_id")),
    )
    with op.batch_alter_table("instalment_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instalment_share_instalment_id"), ["instalment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_instalment_share_share_id"), ["share_id"], unique=False)

    op.create_table(
        "payment_approval",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("approver_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("recorded_by <> approver_id", name=op.f("ck_payment_approval_four_eyes")),
        sa.ForeignKeyConstraint(
            ["decision_id", "approver_id"],
            ["disbursement_decision.id", "disbursement_decision.approver_id"],
            name=op.f("fk_payment_approval_decision_id_approver_id"),
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_payment_approval_dossier_id")),
        sa.ForeignKeyConstraint(
            ["payment_id", "recorded_by"],
            ["payment.id", "payment.recorded_by"],
            name=op.f("fk_payment_approval_payment_id_recorded_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_approval")),
        sa.UniqueConstraint("payment_id", "decision_id", name=op.f("uq_payment_approval_payment_id_decision_id")),
        info={"append_only": True},
    )
    op.create_table(
        "payment_share",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column("share_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_share_positive")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_payment_share_dossier_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_share_payment_id")),
        sa.ForeignKeyConstraint(["share_id"], ["disbursement_share.id"], name=op.f("fk_payment_share_share_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_share")),
        sa.UniqueConstraint("payment_id", "share_id", name=op.f("uq_payment_share_payment_id_share_id")),
        info={"append_only": True},
    )
    with op.batch_alter_table("payment_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_share_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_share_share_id"), ["share_id"], unique=False)

    op.create_table(
        "reversal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("requested", "approved", "refused", name="reversalstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("refunded_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", casetracker.core.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state = 'requested') = (decided_by IS NULL)", name=op.f("ck_reversal_decided")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reversal_positive")),
        sa.CheckConstraint("decided_by <> requested_by", name=op.f("ck_reversal_four_eyes")),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_reversal_decided_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_reversal_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_reversal_dossier_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_reversal_payment_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["user_account.id"], name=op.f("fk_reversal_requested_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversal")),
    )
    with op.batch_alter_table("reversal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reversal_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reversal_payment_id"), ["payment_id"], unique=False)

    op.create_table(
        "reversal_share",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("reversal_id", sa.Text(), nullable=False),
        sa.Column("payment_share_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reversal_share_positive")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_reversal_share_dossier_id")),
        sa.ForeignKeyConstraint(
            ["payment_share_id"], ["payment_share.id"], name=op.f("fk_reversal_share_payment_share_id")
        ),
        sa.ForeignKeyConstraint(["reversal_id"], ["reversal.id"], name=op.f("fk_reversal_share_reversal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversal_share")),
        sa.UniqueConstraint(
            "reversal_id", "payment_share_id", name=op.f("uq_reversal_share_reversal_id_payment_share_id")
        ),
        info={"append_only": True},
    )
    with op.batch_alter_table("reversal_share", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reversal_share_reversal_id"), ["reversal_id"], unique=False)
    connection = op.get_bind()
    for name, erasable in ONLY_GROW.items():
        for statement in append_only_as_migrated(connection, name, erasable):
            op.execute(statement)


def downgrade() -> None:
    drop_kept(op.get_bind())
    with op.batch_alter_table("reversal_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reversal_share_reversal_id"))

    op.drop_table("reversal_share")
    with op.batch_alter_table("reversal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reversal_payment_id"))
        batch_op.drop_index(batch_op.f("ix_reversal_dossier_id"))

    op.drop_table("reversal")
    with op.batch_alter_table("payment_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_share_share_id"))
        batch_op.drop_index(batch_op.f("ix_payment_share_payment_id"))

    op.drop_table("payment_share")
    op.drop_table("payment_approval")
    with op.batch_alter_table("instalment_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_instalment_share_share_id"))
        batch_op.drop_index(batch_op.f("ix_instalment_share_instalment_id"))

    op.drop_table("instalment_share")
    with op.batch_alter_table("pool_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pool_agreement_line_id"))
        batch_op.drop_index(batch_op.f("ix_pool_agreement_dossier_id"))

    op.drop_table("pool_agreement")
    with op.batch_alter_table("plan_funding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_funding_grant_id"))
        batch_op.drop_index(batch_op.f("ix_plan_funding_dossier_id"))

    op.drop_table("plan_funding")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_dossier_id"))

    op.drop_table("payment")
    with op.batch_alter_table("disbursement_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disbursement_share_line_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_share_grant_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_share_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_share_disbursement_id"))

    op.drop_table("disbursement_share")
    with op.batch_alter_table("disbursement_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disbursement_decision_submission_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_decision_approver_id"))

    op.drop_table("disbursement_decision")
    with op.batch_alter_table("contribution_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contribution_proof_line_id"))
        batch_op.drop_index(batch_op.f("ix_contribution_proof_dossier_id"))

    op.drop_table("contribution_proof")
    with op.batch_alter_table("verification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verification_dossier_id"))

    op.drop_table("verification")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_requested_by"))
        batch_op.drop_index(batch_op.f("ix_submission_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_submission_disbursement_id"))

    op.drop_table("submission")
    with op.batch_alter_table("purchase_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_purchase_order_dossier_id"))

    op.drop_table("purchase_order")
    with op.batch_alter_table("plan_recall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_recall_dossier_id"))

    op.drop_table("plan_recall")
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_line_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_plan_line_activity_id"))

    op.drop_table("plan_line")
    with op.batch_alter_table("plan_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_decision_dossier_id"))

    op.drop_table("plan_decision")
    with op.batch_alter_table("plan_beneficiary", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_beneficiary_dossier_id"))

    op.drop_table("plan_beneficiary")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_dossier_id"))

    op.drop_table("invoice")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_dossier_id"))

    op.drop_table("delivery")
    with op.batch_alter_table("clock_extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_extension_grant_id"))
        batch_op.drop_index(batch_op.f("ix_clock_extension_dossier_id"))

    op.drop_table("clock_extension")
    with op.batch_alter_table("asylum_coverage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asylum_coverage_dossier_id"))

    op.drop_table("asylum_coverage")
    with op.batch_alter_table("application_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_person_person_id"))
        batch_op.drop_index(batch_op.f("ix_application_person_application_id"))

    op.drop_table("application_person")
    with op.batch_alter_table("voluntariness", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voluntariness_person_id"))
        batch_op.drop_index(batch_op.f("ix_voluntariness_dossier_id"))

    op.drop_table("voluntariness")
    with op.batch_alter_table("visit_photograph", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_photograph_dossier_id"))

    op.drop_table("visit_photograph")
    with op.batch_alter_table("travel_preparation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_travel_preparation_person_id"))

    op.drop_table("travel_preparation")
    with op.batch_alter_table("return_application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_application_dossier_id"))

    op.drop_table("return_application")
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quote_disbursement_id"))

    op.drop_table("quote")
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_version_dossier_id"))

    op.drop_table("plan_version")
    with op.batch_alter_table("plan_author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_author_dossier_id"))

    op.drop_table("plan_author")
    with op.batch_alter_table("plan_activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_activity_plan_id"))
        batch_op.drop_index(batch_op.f("ix_plan_activity_dossier_id"))

    op.drop_table("plan_activity")
    with op.batch_alter_table("person_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_grant_person_id"))
        batch_op.drop_index("ix_person_grant_due")
        batch_op.drop_index(batch_op.f("ix_person_grant_dossier_id"))

    op.drop_table("person_grant")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index("ix_note_dossier")

    op.drop_table("note")
    with op.batch_alter_table("needs_assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_needs_assessment_person_id"))
        batch_op.drop_index("ix_needs_assessment_dossier")

    op.drop_table("needs_assessment")
    with op.batch_alter_table("journey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journey_person_id"))

    op.drop_table("journey")
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.drop_index("ix_instalment_state")
        batch_op.drop_index(batch_op.f("ix_instalment_disbursement_id"))

    op.drop_table("instalment")
    op.drop_table("final_report")
    with op.batch_alter_table("entitlement_rule", schema=None) as batch_op:
        batch_op.drop_index("ix_entitlement_rule_key")

    op.drop_table("entitlement_rule")
    with op.batch_alter_table("eligibility_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_eligibility_decision_person_id"))
        batch_op.drop_index("ix_eligibility_decision_dossier")

    op.drop_table("eligibility_decision")
    with op.batch_alter_table("contact_made", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_made_person_id"))
        batch_op.drop_index("ix_contact_made_dossier")

    op.drop_table("contact_made")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_consent_standing",
            sqlite_where=sa.text("withdrawn_on IS NULL"),
            postgresql_where=sa.text("withdrawn_on IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_consent_dossier_id"))

    op.drop_table("consent")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index("ix_complaint_dossier")

    op.drop_table("complaint")
    with op.batch_alter_table("asylum_application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asylum_application_dossier_id"))

    op.drop_table("asylum_application")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_dossier")

    op.drop_table("visit")
    with op.batch_alter_table("return_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_case_stage"))
        batch_op.drop_index(batch_op.f("ix_return_case_receiving_caseworker_id"))
        batch_op.drop_index(batch_op.f("ix_return_case_caseworker_id"))

    op.drop_table("return_case")
    with op.batch_alter_table("retroactive_request", schema=None) as batch_op:
        batch_op.drop_index("ix_retroactive_request_sending")
        batch_op.drop_index(batch_op.f("ix_retroactive_request_office_id"))

    op.drop_table("retroactive_request")
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_referral_standing",
            sqlite_where=sa.text("state IN ('waiting', 'accepted')"),
            postgresql_where=sa.text("state IN ('waiting', 'accepted')"),
        )
        batch_op.drop_index("ix_referral_office_state")
        batch_op.drop_index(batch_op.f("ix_referral_dossier_id"))

    op.drop_table("referral")
    op.drop_table("quote_rule")
    op.drop_table("plan")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_person_principal",
            sqlite_where=sa.text("role = 'principal'"),
            postgresql_where=sa.text("role = 'principal'"),
        )
        batch_op.drop_index(batch_op.f("ix_person_family_name"))

    op.drop_table("person")
    with op.batch_alter_table("package", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_package_budget_line_id"))

    op.drop_table("package")
    with op.batch_alter_table("dossier_reader", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dossier_reader_user_id"))

    op.drop_table("dossier_reader")
    with op.batch_alter_table("dossier_point", schema=None) as batch_op:
        batch_op.drop_index("ix_dossier_point_open")

    op.drop_table("dossier_point")
    with op.batch_alter_table("dossier_access", schema=None) as batch_op:
        batch_op.drop_index("ix_dossier_access_office")
        batch_op.drop_index(batch_op.f("ix_dossier_access_dossier_id"))

    op.drop_table("dossier_access")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_person_id"))
        batch_op.drop_index("ix_document_dossier_part")

    op.drop_table("document")
    with op.batch_alter_table("disbursement", schema=None) as batch_op:
        batch_op.drop_index("ix_disbursement_state")
        batch_op.drop_index(batch_op.f("ix_disbursement_provider_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_dossier_id"))
        batch_op.drop_index(batch_op.f("ix_disbursement_created_by"))

    op.drop_table("disbursement")
    with op.batch_alter_table("counselling_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_counselling_session_dossier_id"))

    op.drop_table("counselling_session")
    op.drop_table("approval_band")
    with op.batch_alter_table("substitute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_substitute_supervisor_id"))
        batch_op.drop_index(batch_op.f("ix_substitute_substitute_id"))

    op.drop_table("substitute")
    op.drop_table("provider_account")
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandate_user_id"))

    op.drop_table("mandate")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_user_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("dossier", schema=None) as batch_op:
        batch_op.drop_index("ix_dossier_sending_opened")
        batch_op.drop_index(batch_op.f("ix_dossier_programme_id"))

    op.drop_table("dossier")
    op.drop_table("budget_line")
    op.drop_table("approval_policy")
    with op.batch_alter_table("account_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_session_user_id"))

    op.drop_table("account_session")
    op.drop_table("user_account")
    with op.batch_alter_table("provider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_provider_office_id"))

    op.drop_table("provider")
    op.drop_table("programme")
    with op.batch_alter_table("pending_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_change_subject_id"))
        batch_op.drop_index("ix_pending_change_state")

    op.drop_table("pending_change")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_account_id"))

    op.drop_table("ledger_entry")
    op.drop_table("ledger_balance")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_kind_at")
        batch_op.drop_index("ix_event_chain_at")
        batch_op.drop_index("ix_event_actor_at")

    op.drop_table("event")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_failure_key_at")

    op.drop_table("sign_in_failure")
    op.drop_table("reference_number")
    with op.batch_alter_table("personal_value", schema=None) as batch_op:
        batch_op.drop_index("ix_personal_value_event")
        batch_op.drop_index("ix_personal_value_cell")

    op.drop_table("personal_value")
    op.drop_table("office")
    op.drop_table("ledger_posting")
    op.drop_table("ledger_account")
    op.drop_table("installation_mark")
    op.drop_table("form_token")
    op.drop_table("exchange_rate")
    op.drop_table("chain")
