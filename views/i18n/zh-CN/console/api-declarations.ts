/** What actions, parameters and answers of the cloud API are for: the English of their declarations, and the same here. */
export const apiDeclarations: Readonly<Record<string, string>> = {
  // 空间
  'Opens the Identity Center under a name that goes into the login URL.':
    '以将写入登录地址的名称开通身份中心。',
  'The first start opens the zone, so this always answers that it is open.':
    '首次启动时空间即已开通，因此总是返回“已开通”。',
  '2 to 64 of `a-z`, `0-9` and single dashes inside; it goes into the login URL.':
    '2 至 64 个 `a-z`、`0-9` 字符，中间可用单个连字符；写入登录地址。',
  'Tells of the zone: its id, its name, and whether SCIM synchronization is on.':
    '查询空间：ID、名称以及 SCIM 同步是否开启。',
  '`YYYY-MM-DD HH:mm:ss`, UTC+8.': '`YYYY-MM-DD HH:mm:ss`，UTC+8。',
  'Renames the zone; the old login URL stops working.': '重命名空间；旧的登录地址随即失效。',
  'Id of the zone: `z-` and 12 characters.': '空间 ID：`z-` 加 12 个字符。',
  'Counts what is in the zone, beside the quotas.': '统计空间内的对象数量，并列出配额。',
  'CAM users that were made by synchronization.': '由同步创建的 CAM 用户数。',
  'Deployed roles.': '已部署的角色数。',
  'Lists the networks that users may sign in from; none means everywhere.':
    '列出允许用户登录的网络；为空表示不限。',
  'IPv6 may be among them.': '其中可能有 IPv6。',
  'Id of the zone; it may be left out.': '空间 ID；可以不填。',
  'Replaces the networks that users may sign in from; an empty list, or none, lets everybody in.':
    '替换允许用户登录的网络；列表为空或不填表示不限。',
  'Takes IPv6; every request of a user is looked at, not the sign-in alone.':
    '支持 IPv6；不仅检查登录，也检查用户的每个请求。',
  'Addresses and CIDR ranges such as `192.0.2.1` and `10.0.0.0/8`.':
    '地址和 CIDR 网段，例如 `192.0.2.1` 和 `10.0.0.0/8`。',

  // 用户
  'Makes a user, with a generated initial password if the user is a manual one.':
    '新建用户；手动创建的用户会获得自动生成的初始密码。',
  'Given name.': '名。',
  'Family name.': '姓。',
  '1 to 64 letters, digits and `+=,.@_-`, unique in the zone whatever their case; fixed for life.':
    '1 至 64 个字母、数字和 `+=,.@_-`，空间内唯一（不区分大小写），创建后不可更改。',
  '`Manual`: made here. `Synchronized`: came by SCIM, or waits for it.':
    '`Manual`：在此创建。`Synchronized`：由 SCIM 导入，或等待其导入。',
  'Whether the password has to be changed at the first sign-in.': '首次登录时是否必须修改密码。',
  'Whether the user is in one of the groups in FilterGroups.': '用户是否属于 FilterGroups 中的某个用户组。',
  'The generated initial password: only in the answer of CreateUser, this once.':
    '自动生成的初始密码：仅在 CreateUser 的返回中出现这一次。',
  'Whether the password has to be changed at the next sign-in.': '下次登录时是否必须修改密码。',
  'Tells of one user.': '查询一个用户。',
  'Id of a user: `u-` and 12 letters and digits.': '用户 ID：`u-` 加 12 个字母和数字。',
  'Lists users, newest first.': '列出用户，最新的在前。',
  'Entries of one page.': '每页条数。',
  'Of the answer before; empty for the first page.': '取自上一次的返回；第一页为空。',
  'Entries to pass over; a NextToken wins over it.': '跳过的条数；有 NextToken 时以 NextToken 为准。',
  'What the list is sorted by: there is this alone.': '排序字段：仅此一种。',
  'Oldest or newest first.': '最早的在前，或最新的在前。',
  'Groups that IsSelected speaks of.': 'IsSelected 所指的用户组。',
  'Of the whole list, not of this page.': '整个列表的总数，而非本页。',
  'Whether more follows.': '后面是否还有。',
  'Only when more follows.': '仅在后面还有时返回。',
  'Changes names, description and e-mail address of a user: what is absent stays, what is empty is cleared.':
    '修改用户的姓名、描述和邮箱：未给出的保持不变，为空的则清除。',
  'Enables or disables a user.': '启用或禁用用户。',
  'Deletes a user who is in no group and has neither assignments nor synchronizations.':
    '删除用户；该用户不得属于任何用户组，且没有授权和同步。',
  'Lists the groups that a user is in.': '列出用户所属的用户组。',

  // 用户组
  'Makes a group.': '新建用户组。',
  '1 to 128 letters, digits and dashes, unique in the zone.': '1 至 128 个字母、数字和连字符，空间内唯一。',
  'Whether one of the users in FilterUsers is a member.': 'FilterUsers 中是否有用户为其成员。',
  'Tells of one group.': '查询一个用户组。',
  'Id of a group: `g-` and 12 letters and digits.': '用户组 ID：`g-` 加 12 个字母和数字。',
  'Lists groups, newest first.': '列出用户组，最新的在前。',
  'Users that IsSelected speaks of.': 'IsSelected 所指的用户。',
  'Changes name and description of a group: what is absent stays.':
    '修改用户组的名称和描述：未给出的保持不变。',
  'Deletes a group that has neither members nor assignments nor synchronizations.':
    '删除用户组；该用户组不得有成员、授权或同步。',
  'Puts a user into a group of the same type.': '将用户加入同类型的用户组。',
  'Takes a user out of a group.': '将用户移出用户组。',
  'Lists the users in a group.': '列出用户组中的用户。',

  // SCIM 同步
  'Tells whether SCIM synchronization is on.': '查询 SCIM 同步是否开启。',
  'Switches SCIM synchronization on or off.': '开启或关闭 SCIM 同步。',
  '`Enabled` or `Disabled`.': '`Enabled` 或 `Disabled`。',
  'Issues a credential to a SCIM client, whose secret is told this once.':
    '为 SCIM 客户端签发凭证；其密钥仅返回这一次。',
  'Seconds; a year unless given.': '秒；未给出时为一年。',
  'The bearer token: only here.': 'Bearer 令牌：仅在此返回。',
  'Lists the credentials of SCIM clients, or the one with an id.':
    '列出 SCIM 客户端的凭证，或指定 ID 的那一个。',
  'Id of a SCIM credential: `scimcred-` and 12 letters and digits.':
    'SCIM 凭证 ID：`scimcred-` 加 12 个字母和数字。',
  'Enables or disables a credential of a SCIM client.': '启用或禁用 SCIM 客户端的凭证。',
  'Deletes a credential of a SCIM client, enabled or not.': '删除 SCIM 客户端的凭证，无论是否启用。',

  // 单点登录
  'Tells what the identity provider has to know of this service provider.':
    '查询身份提供商需要了解的本服务提供商信息。',
  'Metadata XML in Base64.': 'Base64 编码的元数据 XML。',
  'Sets the identity provider, by metadata or by hand, and whether users sign in by it: what is absent stays.':
    '通过元数据或手动设置身份提供商，以及用户是否由其登录：未给出的保持不变。',
  'Metadata XML in Base64: EntityId, LoginUrl and certificates are taken from it.':
    'Base64 编码的元数据 XML：从中读取 EntityId、LoginUrl 和证书。',
  '`Enabled`: users sign in by the identity provider. `Disabled`: by password.':
    '`Enabled`：用户由身份提供商登录。`Disabled`：用密码登录。',
  'PEM, or its Base64 alone; it takes the place of all certificates.':
    'PEM，或仅其 Base64 部分；将替换全部证书。',
  'Tells of the identity provider.': '查询身份提供商。',
  'Metadata XML in Base64; empty when there was none.': 'Base64 编码的元数据 XML；没有时为空。',
  'Removes the identity provider while sign-in by it is off.': '在未启用 SSO 登录时移除身份提供商。',
  'Adds a certificate of the identity provider, of which there are two at most.':
    '添加身份提供商的证书，最多两个。',
  'PEM, or its Base64 alone.': 'PEM，或仅其 Base64 部分。',
  'Lists the certificates of the identity provider.': '列出身份提供商的证书。',
  'SubjectPublicKeyInfo in Base64.': 'Base64 编码的 SubjectPublicKeyInfo。',
  "In Java's spelling: `SHA256withRSA`.": 'Java 写法：`SHA256withRSA`。',
  'DER in Base64.': 'Base64 编码的 DER。',
  'Removes a certificate of the identity provider that is not its last one.':
    '移除身份提供商的证书；最后一个不可移除。',
  'Id of a certificate: `idp-c-` and 12 letters and digits.': '证书 ID：`idp-c-` 加 12 个字母和数字。',

  // 权限配置
  'Makes a role configuration, whose name is fixed for life.': '新建权限配置；其名称创建后不可更改。',
  '1 to 128 letters, digits and dashes.': '1 至 128 个字母、数字和连字符。',
  'Seconds, 900 to 43200; 3600 unless given.': '秒，900 至 43200；未给出时为 3600。',
  'Page of the account that opens after the sign-in.': '登录后打开的账号页面。',
  'Seconds.': '秒。',
  'Whether it is in one of the accounts in FilterTargets (of PrincipalId, when that is given).':
    '是否已在 FilterTargets 的某个账号中（给出 PrincipalId 时，指授予该主体）。',
  'Tells of one role configuration.': '查询一个权限配置。',
  'Id of a role configuration: `rc-` and 12 letters and digits.': '权限配置 ID：`rc-` 加 12 个字母和数字。',
  'Lists role configurations, newest first.': '列出权限配置，最新的在前。',
  'Accounts that IsSelected speaks of.': 'IsSelected 所指的账号。',
  'Id of a user or of a group, as PrincipalType says.': '用户或用户组的 ID，由 PrincipalType 决定。',
  'Changes description, session duration and relay state of a role configuration: what is absent stays.':
    '修改权限配置的描述、会话时长和初始页面：未给出的保持不变。',
  'Seconds, 900 to 43200.': '秒，900 至 43200。',
  'Deletes a role configuration that has no policies and is deployed nowhere.':
    '删除权限配置；该配置不得有策略，也不得部署在任何账号中。',
  'Adds system policies, or custom ones with their documents: all of them or none.':
    '添加预设策略，或带内容的自定义策略：全部添加，或一个也不添加。',
  '`System`: a preset policy of CAM. `Custom`: a policy of the role configuration itself.':
    '`System`：CAM 预设策略。`Custom`：权限配置自己的策略。',
  'Names of system policies, or those that custom policies get (32 characters at most).':
    '预设策略的名称，或自定义策略将使用的名称（最多 32 个字符）。',
  'System policies; PolicyId decides.': '预设策略；以 PolicyId 为准。',
  'Document of the one name.': '该名称对应的策略内容。',
  'As many documents as names.': '策略内容的个数与名称相同。',
  '1 or 0; it says nothing here.': '1 或 0；在此没有作用。',
  'Removes a policy from a role configuration.': '从权限配置移除策略。',
  'Of a system policy; 0 counts as absent.': '预设策略的 ID；0 视为未给出。',
  'Lists the policies of a role configuration.': '列出权限配置的策略。',
  '0 for a custom policy.': '自定义策略为 0。',
  'Of custom policies, byte for byte as it was given; else empty.':
    '自定义策略的内容，与提交时逐字节相同；其他为空。',
  'Replaces the document of a custom policy.': '替换自定义策略的内容。',

  // 授权与部署
  'Gives users and groups role configurations in accounts, and deploys these where they are not yet: one task for each.':
    '在账号中为用户和用户组授予权限配置，尚未部署的随之部署：每项一个任务。',
  'Takes a start and an end, which the cloud has not.': '可设开始和结束时间，云端没有。',
  'Up to 50.': '最多 50 个。',
  '`ManagerUin` for the management account, `MemberUin` for every other.':
    '管理账号为 `ManagerUin`，其他账号为 `MemberUin`。',
  'Number of a cloud account: 12 digits.': '云账号编号：12 位数字。',
  'ISO 8601: the assignments count from then on. The cloud has no such field.':
    'ISO 8601：授权自此时起生效。云端没有该字段。',
  'ISO 8601: the assignments end then. The cloud has no such field.':
    'ISO 8601：授权于此时结束。云端没有该字段。',
  'Empty where the task is about a configuration alone.': '任务仅涉及权限配置时为空。',
  'Empty unless the task has failed.': '除非任务失败，否则为空。',
  'Lists who has which role configuration in which account; all filters count.':
    '列出谁在哪个账号拥有哪个权限配置；所有筛选条件同时生效。',
  'ISO 8601; absent without a start. The cloud has no such field.':
    'ISO 8601；没有开始时间时不返回。云端没有该字段。',
  'ISO 8601; absent without an end. The cloud has no such field.':
    'ISO 8601；没有结束时间时不返回。云端没有该字段。',
  'Takes an assignment away: new sign-ins fail at once, sessions that run keep their credentials.':
    '移除授权：新的登录立即失败，进行中的会话保留其凭证。',
  'Whether the deployment goes with the last assignment of the configuration in the account.':
    '移除该配置在账号中的最后一个授权时，是否一并取消部署。',
  'Deploys a role configuration to an account, be it again.': '将权限配置部署（或重新部署）到账号。',
  'Removes a role configuration from an account where nobody has it.': '从账号取消部署无人拥有的权限配置。',
  'Lists where role configurations are deployed, or failed to be.': '列出权限配置已部署或部署失败的账号。',
  '`DeployedRequired`: the configuration has changed since, and waits for ProvisionRoleConfiguration.':
    '`DeployedRequired`：配置在部署后有变更，等待 ProvisionRoleConfiguration。',
  'Tells how a task about role configurations stands.': '查询权限配置任务的状态。',
  'Id of a task: `t-` and 12 letters and digits.': '任务 ID：`t-` 加 12 个字母和数字。',
  'Lists tasks about role configurations, newest first.': '列出权限配置任务，最新的在前。',

  // CAM 用户同步
  'Copies users, or the members of groups, into accounts as CAM users: one task for each.':
    '将用户或用户组成员同步为账号中的 CAM 用户：每项一个任务。',
  'When the account has a CAM user of that name: make `<name>_cic` beside it, or take it over.':
    '账号中已有同名 CAM 用户时：另建 `<name>_cic`，或接管该用户。',
  'What becomes of the CAM users when the synchronization is removed.': '移除同步时如何处理 CAM 用户。',
  'Tells of one CAM user synchronization.': '查询一个 CAM 用户同步。',
  'Id of a CAM user synchronization: `up-` and 12 letters and digits.':
    'CAM 用户同步 ID：`up-` 加 12 个字母和数字。',
  '`Enabled` after success, `Disabled` after failure.': '成功后为 `Enabled`，失败后为 `Disabled`。',
  'Lists CAM user synchronizations; all filters count.': '列出 CAM 用户同步；所有筛选条件同时生效。',
  'Changes description and strategies of a CAM user synchronization: what is absent stays.':
    '修改 CAM 用户同步的描述和策略：未给出的保持不变。',
  'Removes a CAM user synchronization, and its CAM users if that was its deletion strategy.':
    '移除 CAM 用户同步；若删除策略如此规定，则一并删除其 CAM 用户。',
  'One object, in spite of its name.': '虽然名为复数，但只是一个对象。',
  'Tells how a task of a CAM user synchronization stands.': '查询 CAM 用户同步任务的状态。',

  // 组织
  'Makes an organization of the account.': '以该账号创建组织。',
  'The first start makes the organization, so this always answers that it exists.':
    '首次启动时组织即已创建，因此总是返回“已存在”。',
  'Tells of the organization.': '查询组织。',
  'Number of a department, or of the root.': '部门或根节点的编号。',
  'Dissolves the organization.': '解散组织。',
  'Always refused: the zone lives in it.': '总是被拒绝：空间位于组织之中。',
  'Makes a department.': '新建部门。',
  'Lists departments, the root among them.': '列出部门，包括根节点。',
  'Entries to pass over.': '跳过的条数。',
  '0 for the root.': '根节点为 0。',
  'Changes name and remark of a department: what is absent stays.':
    '修改部门的名称和备注：未给出的保持不变。',
  'Deletes departments that are empty: all of them or none.': '删除空部门：全部删除，或一个也不删除。',
  'Moves members to a department.': '将成员移动到部门。',
  'Number of a member account: 12 digits.': '成员账号编号：12 位数字。',
  'Makes a member: a new account of the organization.': '新建成员：组织的一个新账号。',
  'What concerns bills (PolicyType, PermissionIds, PayUin) is checked and not simulated.':
    '与账单有关的参数（PolicyType、PermissionIds、PayUin）只校验，不模拟。',
  '`Financial`.': '`Financial`。',
  '1 to 10; 1 and 2 (view bill, view balance) are always among them.':
    '1 至 10；必须包含 1 和 2（查看账单、查看余额）。',
  'Lists the accounts of the organization, the management account among them.':
    '列出组织的账号，包括管理账号。',
  '`Create` or `Invite`.': '`Create` 或 `Invite`。',
  'Changes name and remark of a member: what is absent stays.': '修改成员的名称和备注：未给出的保持不变。',
  'Removes invited members from the organization.': '将受邀成员移出组织。',
  'Invites an account into the organization for fifteen days.': '邀请账号加入组织，有效期十五天。',
  'The invited side accepts on a page of this server.': '受邀方在本服务器的页面上接受邀请。',
  'Leaves the organization.': '退出组织。',
  'Always refused: members do not leave by themselves, the management account removes them.':
    '总是被拒绝：成员不能自行退出，由管理账号移出。',
  'Deletes a member that was made here, while deletion is permitted and nothing is in its way.':
    '删除在此创建的成员；须已允许删除，且没有阻碍删除的对象。',
  'Tells whether a member can be deleted, and what is in the way.': '查询成员能否删除，以及有何阻碍。',
  'True where the member was invited: only members made here can be deleted.':
    '成员为受邀加入时为 true：只有在此创建的成员才能删除。',
  'True while the permit to delete members is off.': '未允许删除成员时为 true。',
  'Whether permission configurations are deployed or assigned there.': '是否在该账号中部署或授予了权限配置。',
  'Whether users are synchronized to it.': '是否有用户同步到该账号。',

  // 服务控制策略
  'Switches service control policies on, which attaches `FullQcloudAccess` to every department and member.':
    '开启服务控制策略，并为每个部门和成员绑定 `FullQcloudAccess`。',
  'Tag policies are refused with UnsupportedOperation.': '标签策略返回 UnsupportedOperation。',
  'OrgId of DescribeOrganization.': 'DescribeOrganization 返回的 OrgId。',
  'Switches service control policies off, which detaches all of them.': '关闭服务控制策略，并解除全部绑定。',
  'Tells whether service control policies are on.': '查询服务控制策略是否开启。',
  'Tag policies are always off.': '标签策略总是关闭。',
  '0 off, 1 on.': '0 关闭，1 开启。',
  'Makes a service control policy.': '新建服务控制策略。',
  'Number of a policy.': '策略编号。',
  'Changes a service control policy: what is absent stays.': '修改服务控制策略：未给出的保持不变。',
  'Deletes a service control policy that is attached nowhere.': '删除未绑定到任何对象的服务控制策略。',
  'Tells of one service control policy, with its document.': '查询一个服务控制策略及其内容。',
  '1 custom, 2 preset.': '1 自定义，2 预设。',
  'Lists service control policies.': '列出服务控制策略。',
  'Number of the page.': '页码。',
  'To how many departments and members it is attached.': '绑定的部门和成员数。',
  'Attaches a service control policy to a department or a member.': '将服务控制策略绑定到部门或成员。',
  'Number of a department or of a member account.': '部门编号或成员账号编号。',
  'Detaches a service control policy that is not the last one of its target.':
    '解除服务控制策略的绑定；目标的最后一个策略不可解除。',
  'Lists where a service control policy is attached.': '列出服务控制策略绑定的对象。',
  'Number of the department or member.': '部门或成员的编号。',
  '1 department, 2 member.': '1 部门，2 成员。',
  'Lists the service control policies attached to a department or member itself.':
    '列出直接绑定到部门或成员的服务控制策略。',
  'Tells of the tag policy that results for a target, of which there is none here.':
    '查询目标最终生效的标签策略；此处没有标签策略。',
  'There are no tag policies.': '没有标签策略。',

  // CAM 用户
  'Makes a user of the account, with a console password and an API key if wanted.':
    '在账号中新建用户，可选控制台密码和 API 密钥。',
  'Only when it was generated.': '仅在自动生成时返回。',
  'Shown only here.': '仅在此显示。',
  'Tells about a user of the account.': '查询账号中的一个用户。',
  'Lists the users of the account.': '列出账号的用户。',
  'Changes what is known of a user, and the console password.': '修改用户的资料和控制台密码。',
  'Deletes a user; one with API keys only by force.': '删除用户；有 API 密钥的用户须强制删除。',
  'Tells about users by number; those that are not there are left out.': '按编号查询用户；不存在的略去。',
  'Number of a user of the account.': '账号中用户的编号。',
  'Tells the numbers of the caller and of the account.': '查询调用者和账号的编号。',
  'Makes an API key of a user, or of the caller; its secret is shown only here.':
    '为用户或调用者新建 API 密钥；其 SecretKey 仅在此显示。',
  'Lists the API keys of a user, or of the caller.': '列出用户或调用者的 API 密钥。',
  'Switches an API key on or off.': '启用或停用 API 密钥。',
  'Deletes an API key.': '删除 API 密钥。',

  // CAM 用户组
  'Makes a group of users.': '新建用户组。',
  'Tells about a group and its users.': '查询用户组及其用户。',
  'Number of the group.': '用户组编号。',
  'Lists the groups of the account.': '列出账号的用户组。',
  'Number of the page, from 1.': '页码，从 1 开始。',
  'Part of the name.': '名称的一部分。',
  'Renames a group, or changes its remark.': '重命名用户组，或修改其备注。',
  'Deletes a group; its users stay.': '删除用户组；其用户保留。',
  'Puts users into groups: all of them, or none.': '将用户加入用户组：全部加入，或一个也不加入。',
  'Takes users out of groups.': '将用户移出用户组。',
  'Lists the users of a group.': '列出用户组的用户。',

  // CAM 角色与 SAML 提供商
  'Makes a role that those whom its trust policy names can take on.':
    '新建角色；其信任策略所列的主体可以扮演。',
  'Trust policy: JSON, or the same percent-encoded.': '信任策略：JSON，或其百分号编码。',
  'Whether the role opens the console.': '角色能否登录控制台。',
  'Tells about a role, by id or name.': '按 ID 或名称查询角色。',
  'Id of the role.': '角色 ID。',
  'Name of the role, in place of its id.': '角色名称，可代替 ID。',
  'Lists the roles of the account.': '列出账号的角色。',
  'Deletes a role and ends its sessions.': '删除角色并结束其会话。',
  'Changes who can take a role on.': '修改可以扮演角色的主体。',
  'Changes the description of a role.': '修改角色的描述。',
  'Says whether a role opens the console.': '设置角色能否登录控制台。',
  'Changes how long sessions of a role last at most.': '修改角色会话的最长时长。',
  'Makes a SAML provider of a metadata document.': '用元数据文档新建 SAML 提供商。',
  'Metadata in Base64.': 'Base64 编码的元数据。',
  'Tells about a SAML provider, with its metadata.': '查询 SAML 提供商及其元数据。',
  'Lists the SAML providers of the account.': '列出账号的 SAML 提供商。',
  'Changes the description or the metadata of a SAML provider.': '修改 SAML 提供商的描述或元数据。',
  'Deletes a SAML provider: it vouches for nobody any more.': '删除 SAML 提供商：它不再为任何人担保。',

  // CAM 策略
  'Makes a custom policy.': '新建自定义策略。',
  'Tags of policies are taken and not kept.': '策略的标签会被接受，但不保存。',
  'Policy text: JSON, or the same percent-encoded.': '策略内容：JSON，或其百分号编码。',
  'Tells about a policy, with the text in force.': '查询策略及其生效的内容。',
  'Number of the policy.': '策略编号。',
  'Lists the policies that the account can attach: preset ones and its own.':
    '列出账号可绑定的策略：预设策略和自己的策略。',
  'Changes a custom policy; a text takes the place of the version in force.':
    '修改自定义策略；给出的内容替换生效版本。',
  'The policy is named by PolicyId; Alias is taken and not kept.':
    '策略由 PolicyId 指定；Alias 会被接受，但不保存。',
  'Deletes custom policies: all of them, or none. They are detached from everything.':
    '删除自定义策略：全部删除，或一个也不删除；并解除其全部绑定。',
  'Adds a version to a custom policy, in force at once if wanted.': '为自定义策略添加版本，可立即生效。',
  'Tells about a version of a policy, with its text.': '查询策略的一个版本及其内容。',
  'Lists the versions of a policy, the newest first.': '列出策略的版本，最新的在前。',
  'Puts another version of a custom policy in force.': '将自定义策略的另一个版本设为生效。',
  'Deletes versions of a custom policy that are not in force.': '删除自定义策略中未生效的版本。',

  // CAM 绑定与权限边界
  'Attaches a policy to a user.': '将策略绑定到用户。',
  'Detaches a policy from a user.': '解除用户的策略绑定。',
  'Lists the policies attached to a user directly.': '列出直接绑定到用户的策略。',
  'Lists the policies of a user, attached directly and through groups.':
    '列出用户的策略，包括直接绑定和通过用户组绑定的。',
  '0 all, 1 attached directly, 2 through groups.': '0 全部，1 直接绑定，2 通过用户组。',
  'Attaches a policy to a group: its users have it.': '将策略绑定到用户组：其用户均获得该策略。',
  'Detaches a policy from a group.': '解除用户组的策略绑定。',
  'Lists the policies attached to a group.': '列出绑定到用户组的策略。',
  'Attaches a policy to a role.': '将策略绑定到角色。',
  'Detaches a policy from a role.': '解除角色的策略绑定。',
  'Lists the policies attached to a role.': '列出绑定到角色的策略。',
  'Lists the users, groups and roles that a policy is attached to.': '列出策略绑定的用户、用户组和角色。',
  'Bounds a user: what the policy does not allow is denied.':
    '为用户设置权限边界：策略未允许的操作一律拒绝。',
  'Takes the boundary of a user away.': '移除用户的权限边界。',
  'Bounds a role: what the policy does not allow is denied.':
    '为角色设置权限边界：策略未允许的操作一律拒绝。',
  'Takes the boundary of a role away.': '移除角色的权限边界。',

  // STS
  'Tells who signed the request.': '查询请求由谁签名。',
  'Gives temporary credentials of a role whose trust policy names the caller.':
    '颁发角色的临时凭证；其信任策略须包含调用者。',
  'Seconds since 1970.': '自 1970 年起的秒数。',
  '`2018-12-04T09:06:16Z`, UTC.': '`2018-12-04T09:06:16Z`，UTC。',
  'Gives temporary credentials of a role to the bearer of a SAML response; nobody signs this.':
    '向持有 SAML 响应者颁发角色的临时凭证；无需签名。',
  'Makes temporary credentials with the caller’s own permissions, narrowed by a policy.':
    '颁发具有调用者自身权限的临时凭证，并由策略收窄。',
  'Policy text, percent-encoded.': '百分号编码的策略内容。',
  'Lists the API keys of a sub-user, or the caller’s own.': '列出子用户或调用者自己的 API 密钥。',

  // 模拟服务
  'Checks signature and permissions, and answers as an empty account would.':
    '校验签名和权限，并按空账号返回。',
  'Nothing stands behind it: parameters are not checked, and nothing is made or changed.':
    '背后没有实体：不校验参数，也不创建或更改任何内容。',
}
