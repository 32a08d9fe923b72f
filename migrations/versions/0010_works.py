"""Works and equipment of a project's sites, their photographs, and the handover to the owner."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import casetracker.core.db
from casetracker.core.keeping import keep_tables

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _works_up()
    _equipment_up()
    _handover_up()
    _photographs_up()


def downgrade() -> None:
    tables = (
        "site_photograph", "handover_piece", "site_handover", "inventory_check", "equipment_serial", "equipment_item",
        "works_defect", "works_progress", "works_bill_row", "works_item",
    )  # fmt: skip
    keep_tables(op.get_bind(), revision, *tables)
    for table in tables:
        op.drop_table(table)


def _works_up() -> None:
    """Works with their bills of quantities, progress and defects."""
    op.create_table(
        "works_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("contract_id", sa.Text(), nullable=True),
        sa.Column("plan_line_id", sa.Text(), nullable=True),
        sa.Column("planned_start", sa.Date(), nullable=False),
        sa.Column("planned_end", sa.Date(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("accepted_by", sa.Text(), nullable=True),
        sa.Column("completed_by", sa.Text(), nullable=True),
        sa.Column("act_id", sa.Text(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(accepted_on IS NULL) = (accepted_by IS NULL) AND (accepted_on IS NULL) = (completed_by IS NULL) AND (accepted_on IS NULL) = (act_id IS NULL) AND (accepted_on IS NULL) = (warranty_until IS NULL)",
            name=op.f("ck_works_item_accepted"),
        ),
        sa.CheckConstraint("(cancelled_on IS NULL) = (cancel_reason IS NULL)", name=op.f("ck_works_item_cancelled")),
        sa.CheckConstraint("accepted_by <> completed_by", name=op.f("ck_works_item_two_people")),
        sa.CheckConstraint("cancelled_on IS NULL OR accepted_on IS NULL", name=op.f("ck_works_item_one_end")),
        sa.CheckConstraint("planned_start <= planned_end", name=op.f("ck_works_item_days")),
        sa.ForeignKeyConstraint(["accepted_by"], ["user_account.id"], name=op.f("fk_works_item_accepted_by")),
        sa.ForeignKeyConstraint(["act_id"], ["document.id"], name=op.f("fk_works_item_act_id")),
        sa.ForeignKeyConstraint(["completed_by"], ["user_account.id"], name=op.f("fk_works_item_completed_by")),
        sa.ForeignKeyConstraint(["contract_id"], ["document.id"], name=op.f("fk_works_item_contract_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_works_item_dossier_id")),
        sa.ForeignKeyConstraint(["plan_line_id"], ["plan_line.id"], name=op.f("fk_works_item_plan_line_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_works_item_provider_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_works_item_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works_item")),
        sa.UniqueConstraint("site_id", "position", name=op.f("uq_works_item_site_id_position")),
    )
    op.create_index("ix_works_item_dossier_id", "works_item", ["dossier_id"])
    op.create_index("ix_works_item_plan_line_id", "works_item", ["plan_line_id"])
    op.create_index(op.f("ix_works_item_provider_id"), "works_item", ["provider_id"])
    op.create_table(
        "works_bill_row",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("planned_quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("actual_quantity", sa.BigInteger(), nullable=True),
        sa.Column("actual_amount", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(actual_quantity IS NULL) = (actual_amount IS NULL)", name=op.f("ck_works_bill_row_actual")
        ),
        sa.CheckConstraint(
            "actual_quantity IS NULL OR (actual_quantity >= 0 AND actual_amount >= 0)",
            name=op.f("ck_works_bill_row_not_less"),
        ),
        sa.CheckConstraint("planned_quantity > 0 AND unit_price >= 0", name=op.f("ck_works_bill_row_planned")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_works_bill_row_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["works_item.id"], name=op.f("fk_works_bill_row_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works_bill_row")),
        sa.UniqueConstraint("item_id", "position", name=op.f("uq_works_bill_row_item_id_position")),
    )
    op.create_index("ix_works_bill_row_dossier_id", "works_bill_row", ["dossier_id"])
    op.create_table(
        "works_progress",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("logged_by", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_works_progress_percent")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_works_progress_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["works_item.id"], name=op.f("fk_works_progress_item_id")),
        sa.ForeignKeyConstraint(["logged_by"], ["user_account.id"], name=op.f("fk_works_progress_logged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works_progress")),
        sa.UniqueConstraint("item_id", "position", name=op.f("uq_works_progress_item_id_position")),
    )
    op.create_index("ix_works_progress_dossier_id", "works_progress", ["dossier_id"])
    op.create_table(
        "works_defect",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("mended_on", sa.Date(), nullable=True),
        sa.Column("mending_note", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("mended_on IS NULL OR mended_on >= found_on", name=op.f("ck_works_defect_days")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_works_defect_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["works_item.id"], name=op.f("fk_works_defect_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_works_defect")),
    )
    op.create_index("ix_works_defect_dossier_id", "works_defect", ["dossier_id"])
    op.create_index("ix_works_defect_item_id", "works_defect", ["item_id", "found_on"])


def _equipment_up() -> None:
    """Equipment, its serial numbers and what checks found of it."""
    op.create_table(
        "equipment_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("plan_line_id", sa.Text(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("receipt_id", sa.Text(), nullable=True),
        sa.Column("custodian", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_on IS NULL) = (cancel_reason IS NULL)", name=op.f("ck_equipment_item_cancelled")
        ),
        sa.CheckConstraint(
            "(received_on IS NULL) = (receipt_id IS NULL) AND (received_on IS NULL) = (custodian IS NULL) AND (received_on IS NULL) = (place IS NULL)",
            name=op.f("ck_equipment_item_received"),
        ),
        sa.CheckConstraint("cancelled_on IS NULL OR received_on IS NULL", name=op.f("ck_equipment_item_one_end")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_equipment_item_quantity")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_equipment_item_dossier_id")),
        sa.ForeignKeyConstraint(["plan_line_id"], ["plan_line.id"], name=op.f("fk_equipment_item_plan_line_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_equipment_item_provider_id")),
        sa.ForeignKeyConstraint(["receipt_id"], ["document.id"], name=op.f("fk_equipment_item_receipt_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_equipment_item_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_item")),
        sa.UniqueConstraint("site_id", "position", name=op.f("uq_equipment_item_site_id_position")),
    )
    op.create_index("ix_equipment_item_dossier_id", "equipment_item", ["dossier_id"])
    op.create_index("ix_equipment_item_plan_line_id", "equipment_item", ["plan_line_id"])
    op.create_index(op.f("ix_equipment_item_provider_id"), "equipment_item", ["provider_id"])
    op.create_table(
        "equipment_serial",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_equipment_serial_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["equipment_item.id"], name=op.f("fk_equipment_serial_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_serial")),
        sa.UniqueConstraint("dossier_id", "number", name=op.f("uq_equipment_serial_dossier_id_number")),
    )
    op.create_index("ix_equipment_serial_item_id", "equipment_serial", ["item_id"])
    op.create_table(
        "inventory_check",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.BigInteger(), nullable=False),
        sa.Column("missing_serials", casetracker.core.db.JsonText(), nullable=False),
        sa.Column("condition", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("settlement", sa.String(length=40), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=True),
        sa.Column("settlement_reason", sa.Text(), nullable=True),
        sa.Column("written_off", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(settlement IS NULL) = (settled_on IS NULL) AND (settlement IS NULL) = (settled_by IS NULL) AND (settlement IS NULL) = (settlement_reason IS NULL)",
            name=op.f("ck_inventory_check_settled"),
        ),
        sa.CheckConstraint("found BETWEEN 0 AND expected", name=op.f("ck_inventory_check_found")),
        sa.CheckConstraint("written_off BETWEEN 0 AND expected - found", name=op.f("ck_inventory_check_written_off")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_inventory_check_dossier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["equipment_item.id"], name=op.f("fk_inventory_check_item_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["user_account.id"], name=op.f("fk_inventory_check_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_check")),
    )
    op.create_index("ix_inventory_check_dossier_id", "inventory_check", ["dossier_id"])
    op.create_index("ix_inventory_check_item_id", "inventory_check", ["item_id", "checked_on"])


def _handover_up() -> None:
    """What was handed over to the owner."""
    op.create_table(
        "site_handover",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("receiver_function", sa.Text(), nullable=False),
        sa.Column("certificate_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["certificate_id"], ["document.id"], name=op.f("fk_site_handover_certificate_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_site_handover_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_handover_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_handover")),
        sa.UniqueConstraint("site_id", name=op.f("uq_site_handover_site_id")),
    )
    op.create_index("ix_site_handover_dossier_id", "site_handover", ["dossier_id"])
    op.create_table(
        "handover_piece",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("handover_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_handover_piece_quantity")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_handover_piece_dossier_id")),
        sa.ForeignKeyConstraint(["handover_id"], ["site_handover.id"], name=op.f("fk_handover_piece_handover_id")),
        sa.ForeignKeyConstraint(["item_id"], ["equipment_item.id"], name=op.f("fk_handover_piece_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_piece")),
        sa.UniqueConstraint("item_id", name=op.f("uq_handover_piece_item_id")),
    )
    op.create_index("ix_handover_piece_dossier_id", "handover_piece", ["dossier_id"])
    op.create_index("ix_handover_piece_handover_id", "handover_piece", ["handover_id"])


def _photographs_up() -> None:
    """Photographs."""
    op.create_table(
        "site_photograph",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("about_id", sa.Text(), nullable=True),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(about = 'other') = (about_id IS NULL)", name=op.f("ck_site_photograph_about")),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_site_photograph_place")),
        sa.CheckConstraint(
            "latitude IS NULL OR latitude BETWEEN -90000000 AND 90000000", name=op.f("ck_site_photograph_latitude")
        ),
        sa.CheckConstraint(
            "longitude IS NULL OR longitude BETWEEN -180000000 AND 180000000", name=op.f("ck_site_photograph_longitude")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_site_photograph_document_id")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_site_photograph_dossier_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_photograph_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_photograph")),
        sa.UniqueConstraint("document_id", name=op.f("uq_site_photograph_document_id")),
    )
    op.create_index("ix_site_photograph_about_id", "site_photograph", ["about_id"])
    op.create_index("ix_site_photograph_dossier_id", "site_photograph", ["dossier_id"])
    op.create_index("ix_site_photograph_site_id", "site_photograph", ["site_id", "day"])
