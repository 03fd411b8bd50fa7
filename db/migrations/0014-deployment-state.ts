/** Versions of permission configurations, plans of deployments, and what was found to differ in the accounts. */
import type { Migration } from './index.js'

export const deploymentState: Migration = {
  name: '0014-deployment-state',
  statements: ({ keyText }) => [
    `create table configuration_versions (
      configuration_id ${keyText} not null references permission_configurations (id) on delete cascade,
      number integer not null,
      description text,
      session_duration integer not null,
      relay_state text,
      content_hash text not null,
      change text not null,
      restored_number integer,
      actor_kind text not null,
      actor_id text,
      actor_name text not null,
      created_at text not null,
      primary key (configuration_id, number)
    )`,
    // A policy is part of the versions from the first number on and before the second.
    `create table configuration_version_policies (
      configuration_id ${keyText} not null references permission_configurations (id) on delete cascade,
      type text not null check (type in ('preset', 'custom')),
      name ${keyText} not null,
      policy_id integer not null,
      document text,
      from_number integer not null,
      until_number integer,
      primary key (configuration_id, type, name, from_number)
    )`,
    // What was before nobody has kept: counting begins with what there is.
    `update permission_configurations set version = 1`,
    `insert into configuration_versions (configuration_id, number, description, session_duration, relay_state,
      content_hash, change, restored_number, actor_kind, actor_id, actor_name, created_at)
      select id, 1, description, session_duration, relay_state, content_hash, 'found', null, 'system', null,
        'migration', updated_at from permission_configurations`,
    `insert into configuration_version_policies (configuration_id, type, name, policy_id, document, from_number, until_number)
      select configuration_id, type, name, policy_id, document, 1, null from configuration_policies`,
    // What the account has; absent until the first success, and where it is from before there were versions.
    `alter table deployments add column deployed_version integer`,
    // What the task in progress is to deploy; absent where it is what the configuration is by then.
    `alter table deployments add column wanted_version integer`,
    `update deployments set deployed_version = 1 where deployed_hash = (
      select content_hash from permission_configurations where id = deployments.configuration_id)`,
    `create table deployment_plans (
      id ${keyText} primary key,
      fingerprint text not null,
      place_count integer not null,
      left_out integer not null,
      created_at text not null,
      expires_at text not null,
      batch_id text
    )`,
    `create index deployment_plans_expires_at on deployment_plans (expires_at)`,
    // What happens alike in many accounts is kept once.
    `create table deployment_plan_changes (
      plan_id ${keyText} not null references deployment_plans (id) on delete cascade,
      number integer not null,
      change text not null,
      place_count integer not null,
      primary key (plan_id, number)
    )`,
    `create table deployment_plan_places (
      plan_id ${keyText} not null references deployment_plans (id) on delete cascade,
      configuration_id ${keyText} not null,
      account_uin ${keyText} not null,
      version integer not null,
      change_number integer,
      fingerprint text,
      failure text,
      primary key (plan_id, configuration_id, account_uin)
    )`,
    `create index deployment_plan_places_change on deployment_plan_places (plan_id, change_number)`,
    `create table drift_checks (
      account_uin ${keyText} primary key references accounts (uin) on delete cascade,
      checked_at text,
      requested_at text,
      failure text
    )`,
    `create index drift_checks_checked_at on drift_checks (checked_at)`,
    `create table drift_findings (
      account_uin ${keyText} not null references accounts (uin) on delete cascade,
      kind text not null,
      name ${keyText} not null,
      configuration_id ${keyText} references permission_configurations (id) on delete cascade,
      difference text not null,
      found_at text not null,
      primary key (account_uin, kind, name)
    )`,
    `create index drift_findings_configuration_id on drift_findings (configuration_id)`,
  ],
}
