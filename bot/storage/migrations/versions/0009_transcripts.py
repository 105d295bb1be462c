"""transcripts, the words in them, notes, learning and trainings"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('transcript_grams',
    sa.Column('gram', sa.String(length=4), nullable=False),
    sa.Column('transcript_id', BigId, autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('gram', 'transcript_id', name=op.f('pk_transcript_grams')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_transcript_grams_transcript', 'transcript_grams', ['transcript_id'], unique=False)
    op.create_table('training_runs',
    sa.Column('id', BigId, nullable=False),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('requested_by', BigId, nullable=False),
    sa.Column('requested_at', sa.DateTime(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=True),
    sa.Column('seen_at', sa.DateTime(), nullable=True),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.Column('live_at', sa.DateTime(), nullable=True),
    sa.Column('examples', sa.Integer(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=True),
    sa.Column('changed', sa.JSON(), nullable=True),
    sa.Column('model', sa.String(length=64), nullable=True),
    sa.Column('failure', sa.String(length=32), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=True),
    sa.Column('live', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['requested_by'], ['staff.id'], name=op.f('fk_training_runs_requested_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_training_runs')),
    sa.UniqueConstraint('active', name=op.f('uq_training_runs_active')),
    sa.UniqueConstraint('live', name=op.f('uq_training_runs_live'))
    )
    op.create_index('ix_training_runs_status', 'training_runs', ['status', 'id'], unique=False)
    op.create_table('learning_candidates',
    sa.Column('id', BigId, nullable=False),
    sa.Column('message_id', BigId, nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('spoken', sa.String(length=400), nullable=False),
    sa.Column('intent', sa.String(length=64), nullable=False),
    sa.Column('understood', sa.String(length=64), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=True),
    sa.Column('trained', sa.String(length=64), nullable=True),
    sa.Column('status', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('proposed_by', BigId, nullable=False),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('decided_by', BigId, nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_learning_candidates_decided_by')),
    sa.ForeignKeyConstraint(['message_id'], ['messages_in.id'], name=op.f('fk_learning_candidates_message_id')),
    sa.ForeignKeyConstraint(['proposed_by'], ['staff.id'], name=op.f('fk_learning_candidates_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_learning_candidates')),
    sa.UniqueConstraint('spoken', name=op.f('uq_learning_candidates_spoken'))
    )
    op.create_index('ix_learning_candidates_message', 'learning_candidates', ['message_id'], unique=False)
    op.create_index('ix_learning_candidates_status', 'learning_candidates', ['status', 'id'], unique=False)
    op.create_table('transcripts',
    sa.Column('id', BigId, nullable=False),
    sa.Column('user_id', BigId, nullable=False),
    sa.Column('station', sa.String(length=64), nullable=True),
    sa.Column('started_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=False),
    sa.Column('said', sa.Integer(), nullable=False),
    sa.Column('lowest_confidence', sa.Float(), nullable=True),
    sa.Column('fallback', sa.Boolean(), nullable=False),
    sa.Column('unanswered', sa.Boolean(), nullable=False),
    sa.Column('handoff_id', BigId, nullable=True),
    sa.Column('flag', sa.String(length=24), nullable=True),
    sa.Column('reviewed_at', sa.DateTime(), nullable=True),
    sa.Column('reviewed_by', BigId, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['handoff_id'], ['handoffs.id'], name=op.f('fk_transcripts_handoff_id')),
    sa.ForeignKeyConstraint(['reviewed_by'], ['staff.id'], name=op.f('fk_transcripts_reviewed_by')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_transcripts_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transcripts'))
    )
    op.create_index('ix_transcripts_flag', 'transcripts', ['flag', 'id'], unique=False)
    op.create_index('ix_transcripts_handoff', 'transcripts', ['handoff_id'], unique=False)
    op.create_index('ix_transcripts_started', 'transcripts', ['started_at'], unique=False)
    op.create_index('ix_transcripts_user', 'transcripts', ['user_id', 'id'], unique=False)
    op.create_table('transcript_categories',
    sa.Column('category', sa.String(length=32), nullable=False),
    sa.Column('transcript_id', BigId, nullable=False),
    sa.ForeignKeyConstraint(['transcript_id'], ['transcripts.id'], name=op.f('fk_transcript_categories_transcript_id')),
    sa.PrimaryKeyConstraint('category', 'transcript_id', name=op.f('pk_transcript_categories')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_transcript_categories_transcript', 'transcript_categories', ['transcript_id'], unique=False)
    op.create_table('transcript_notes',
    sa.Column('id', BigId, nullable=False),
    sa.Column('transcript_id', BigId, nullable=False),
    sa.Column('staff_id', BigId, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_transcript_notes_staff_id')),
    sa.ForeignKeyConstraint(['transcript_id'], ['transcripts.id'], name=op.f('fk_transcript_notes_transcript_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transcript_notes'))
    )
    op.create_index('ix_transcript_notes_transcript', 'transcript_notes', ['transcript_id', 'id'], unique=False)
    op.add_column('messages_in', sa.Column('transcript_id', BigId, nullable=True))
    op.create_index('ix_messages_in_transcript', 'messages_in', ['transcript_id'], unique=False)
    op.create_index('ix_messages_in_unfiled', 'messages_in', ['id'], unique=False, sqlite_where=sa.text('transcript_id IS NULL'), postgresql_where=sa.text('transcript_id IS NULL'))
    op.add_column('messages_out', sa.Column('transcript_id', BigId, nullable=True))
    op.create_index('ix_messages_out_transcript', 'messages_out', ['transcript_id'], unique=False)
    op.create_index('ix_messages_out_unfiled', 'messages_out', ['id'], unique=False, sqlite_where=sa.text('transcript_id IS NULL'), postgresql_where=sa.text('transcript_id IS NULL'))


def downgrade() -> None:
    op.drop_index('ix_messages_out_unfiled', table_name='messages_out', sqlite_where=sa.text('transcript_id IS NULL'), postgresql_where=sa.text('transcript_id IS NULL'))
    op.drop_index('ix_messages_out_transcript', table_name='messages_out')
    op.drop_column('messages_out', 'transcript_id')
    op.drop_index('ix_messages_in_unfiled', table_name='messages_in', sqlite_where=sa.text('transcript_id IS NULL'), postgresql_where=sa.text('transcript_id IS NULL'))
    op.drop_index('ix_messages_in_transcript', table_name='messages_in')
    op.drop_column('messages_in', 'transcript_id')
    op.drop_index('ix_transcript_notes_transcript', table_name='transcript_notes')
    op.drop_table('transcript_notes')
    op.drop_index('ix_transcript_categories_transcript', table_name='transcript_categories')
    op.drop_table('transcript_categories')
    op.drop_index('ix_transcripts_user', table_name='transcripts')
    op.drop_index('ix_transcripts_started', table_name='transcripts')
    op.drop_index('ix_transcripts_handoff', table_name='transcripts')
    op.drop_index('ix_transcripts_flag', table_name='transcripts')
    op.drop_table('transcripts')
    op.drop_index('ix_learning_candidates_status', table_name='learning_candidates')
    op.drop_index('ix_learning_candidates_message', table_name='learning_candidates')
    op.drop_table('learning_candidates')
    op.drop_index('ix_training_runs_status', table_name='training_runs')
    op.drop_table('training_runs')
    op.drop_index('ix_transcript_grams_transcript', table_name='transcript_grams')
    op.drop_table('transcript_grams')
