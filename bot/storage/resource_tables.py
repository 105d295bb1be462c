"""The tables of the resource database: service items, organisations that serve them, experts."""

from __future__ import annotations

import sqlalchemy as sa

from bot.storage.tables import BigId, metadata

# The items of 《服务项目联系清单》, at first knowledge/services.yml's; withdrawn, never deleted.
service_items = sa.Table(
    "service_items",
    metadata,
    # As matters, choices in chat and links name it: of annex 3 the id in knowledge/services.yml.
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),  # order in the list
    sa.Column("name", sa.String(40), nullable=False, unique=True),  # short: 计量服务 第1行
    sa.Column("heading", sa.String(40), nullable=False),  # 服务类别 of annex 3
    sa.Column("categories", sa.JSON, nullable=False),  # [category id] that it is filed under
    sa.Column("also", sa.JSON, nullable=False),  # [category id] that it serves besides
    sa.Column("text", sa.Text, nullable=False),  # 服务项目
    sa.Column("departments", sa.JSON, nullable=False),  # [name of 承办部门/咨询机构]
    sa.Column("telephones", sa.JSON, nullable=False),  # [联系电话]
    sa.Column("terms", sa.JSON, nullable=False),  # [words that people use for it]
    sa.Column("source", sa.String(200), nullable=False, default=""),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

# Departments and technical organisations (技术服务机构库), at first knowledge/organisations.yml's.
organisations = sa.Table(
    "organisations",
    metadata,
    sa.Column("id", BigId, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),  # department, technical
    sa.Column("categories", sa.JSON, nullable=False),  # [category id]
    sa.Column("capabilities", sa.JSON, nullable=False),  # [words that mean what it can do]
    sa.Column("stations", sa.JSON, nullable=False),  # [station id] that it is near to; empty: all
    sa.Column("contact", sa.String(64), nullable=False, default=""),
    sa.Column("telephone", sa.String(64), nullable=False, default=""),
    sa.Column("source", sa.String(200), nullable=False, default=""),  # where it is known from
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
)

# Which organisation can serve which item.
organisation_services = sa.Table(
    "organisation_services",
    metadata,
    sa.Column("organisation_id", BigId, sa.ForeignKey("organisations.id"), primary_key=True),
    # No foreign key: a database from before service_items has links until they are filled in.
    sa.Column("service", sa.String(64), primary_key=True),
    sa.Index("ix_organisation_services_service", "service"),
)

# 质量专家数据库, at first knowledge/experts.yml's; retired, never deleted.
experts = sa.Table(
    "experts",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),  # as sessions and waiting lists name them
    sa.Column("place", sa.Integer, nullable=False),  # order in the list
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("organisation", sa.String(120), nullable=False),
    sa.Column("field", sa.String(120), nullable=False),  # in words, as enterprises are told
    sa.Column("categories", sa.JSON, nullable=False),  # [category id]
    sa.Column("terms", sa.JSON, nullable=False),  # [words that mean the field]
    sa.Column("stations", sa.JSON, nullable=False),  # [station id] that they go to; empty: all
    sa.Column("availability", sa.String(120), nullable=False, default=""),
    sa.Column("confirms", sa.Boolean, nullable=False, default=False),  # each session beforehand
    sa.Column("source", sa.String(200), nullable=False, default=""),
    sa.Column("sample", sa.Boolean, nullable=False, default=False),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("name", "organisation", name="uq_experts_person"),
)
