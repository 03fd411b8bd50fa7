/** The page on which a custom policy of a permission configuration is written. */
import type { PermissionConfiguration } from '../../server/domain/permission-configuration.js'
import { Card } from '../parts/card.js'
import { Button, ErrorSummary, Form, FormActions, TextField, type FieldErrors } from '../parts/form.js'
import { PolicyEditor } from '../parts/policy-editor.js'
import type { PolicyEditorState } from '../parts/policy-state.js'
import { commonTexts, ConsoleFrame, consoleTexts, type ConsolePage } from './frame.js'
import { configurationPath, Overtaken } from './permission-configurations.js'

/** Where script asks what is wrong with a policy. */
export const POLICY_CHECK = '/admin/policies/check'

export interface CustomPolicyFormPageProps {
  readonly page: ConsolePage
  readonly configuration: Pick<PermissionConfiguration, 'id' | 'name' | 'version'>
  /** Name of the policy that is edited; absent for a new one. */
  readonly policyName?: string
  /** What was entered as the name of a new one. */
  readonly name?: string
  readonly state: PolicyEditorState
  readonly errors?: FieldErrors
  /** The version that the form was opened with, where that is not the one there is: a change since must not go unseen. */
  readonly seen?: number
  /** The version whose policy was to be changed, when somebody else has changed it by now. */
  readonly overtaken?: number
}

export function CustomPolicyFormPage({
  page,
  configuration,
  policyName,
  ...props
}: CustomPolicyFormPageProps) {
  const common = commonTexts(page)
  const words = consoleTexts(page).configurations
  const isNew = policyName === undefined
  return (
    <ConsoleFrame
      page={page}
      section="permissionConfigurations"
      title={isNew ? words.newCustomTitle(configuration.name) : words.editCustomTitle(policyName)}
      crumbs={[
        { label: words.title, href: '/admin/permission-configurations' },
        { label: configuration.name, href: configurationPath(configuration) },
        { label: words.tabCustom, href: configurationPath(configuration, '/custom') },
      ]}
      script="policy-editor"
    >
      <Card>
        <Form
          page={page}
          action={configurationPath(configuration, isNew ? '/custom/new' : '/custom/edit')}
          class="form form-wide"
        >
          <input type="hidden" name="version" value={props.seen ?? configuration.version} />
          {props.overtaken === undefined ? (
            <ErrorSummary page={page} errors={props.errors} />
          ) : (
            <Overtaken page={page} configuration={configuration} seen={props.overtaken} />
          )}
          {isNew ? (
            <TextField
              page={page}
              name="name"
              label={words.customName}
              hint={words.customNameHint}
              value={props.name}
              errors={props.errors}
              maxLength={32}
              width="medium"
            />
          ) : (
            <input type="hidden" name="name" value={policyName} />
          )}
          <PolicyEditor page={page} state={props.state} checkAction={POLICY_CHECK} />
          <FormActions>
            <Button kind="primary">{words.savePolicy}</Button>
            <a href={configurationPath(configuration, '/custom')}>{common.cancel}</a>
          </FormActions>
        </Form>
      </Card>
    </ConsoleFrame>
  )
}
