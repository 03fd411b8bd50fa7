/**
 * Forms and their fields. Every field has a label; a field with an error names it in its description, and the summary
 * above the form links to it.
 */
import type { ComponentChildren } from 'preact'
import { texts } from '../i18n/index.js'
import type { PageContext } from '../page-context.js'

/** What is wrong with a field, or (without `field`) with the form as a whole. */
export interface FieldError {
  readonly field?: string
  readonly message: string
}

export type FieldErrors = readonly FieldError[]

/** What was entered, given back to a form that is shown again. */
export type FormValues = Readonly<Record<string, string | undefined>>

export const fieldId = (name: string): string => `field-${name}`

const errorOf = (errors: FieldErrors | undefined, name: string): string | undefined =>
  errors?.find((error) => error.field === name)?.message

export interface FormProps {
  readonly page: PageContext
  readonly action: string
  /** A form that carries a file. */
  readonly upload?: boolean
  /** Makes a repeated POST harmless: the door answers the second one of the same token without acting. */
  readonly submissionToken?: string
  /** Has the browser make a passkey, or sign with one, and sends the answer along as `credential`. */
  readonly passkey?: {
    readonly act: 'create' | 'get'
    readonly options: object
    /** Begins without a click. */
    readonly atOnce?: boolean
  }
  readonly class?: string
  readonly label?: string
  /** Shows the answer in a new window. */
  readonly newWindow?: boolean
  readonly children: ComponentChildren
}

/** A form that changes something: POST, with the CSRF token. */
export function Form({
  page,
  action,
  upload,
  submissionToken,
  label,
  passkey,
  newWindow,
  children,
  ...rest
}: FormProps) {
  return (
    <form
      method="post"
      action={action}
      class={rest.class ?? 'form'}
      encType={upload ? 'multipart/form-data' : undefined}
      aria-label={label}
      target={newWindow ? '_blank' : undefined}
      data-passkey={passkey?.act}
      data-passkey-options={passkey && JSON.stringify(passkey.options)}
      data-passkey-at-once={passkey?.atOnce}
    >
      {passkey && <input type="hidden" name="credential" value="" />}
      {page.csrfToken !== undefined && <input type="hidden" name="_csrf" value={page.csrfToken} />}
      {submissionToken !== undefined && <input type="hidden" name="submission" value={submissionToken} />}
      {children}
    </form>
  )
}

/** Names every error and links to its field. First thing in a form that is shown again. */
export function ErrorSummary({
  page,
  errors,
}: {
  readonly page: PageContext
  readonly errors?: FieldErrors
}) {
  if (!errors || errors.length === 0) return null
  return (
    <div class="notice notice-danger error-summary" role="alert" tabIndex={-1} id="errors">
      <span class="notice-mark" aria-hidden="true">
        !
      </span>
      <div class="notice-body">
        <h2 class="notice-title">{texts(page.language).common.errorSummary}</h2>
        <ul>
          {errors.map((error, index) => (
            <li key={index}>
              {error.field === undefined ? (
                error.message
              ) : (
                <a href={`#${fieldId(error.field)}`}>{error.message}</a>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

interface FieldProps {
  readonly page: PageContext
  readonly name: string
  readonly label: string
  readonly hint?: ComponentChildren
  readonly errors?: FieldErrors
  readonly required?: boolean
}

/** Attributes that tie an input to its hint and its error. */
function ties({ name, hint, errors }: FieldProps) {
  const id = fieldId(name)
  const error = errorOf(errors, name)
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(Boolean)
  return {
    id,
    name,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
    'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
  }
}

function Field({ children, ...props }: FieldProps & { readonly children: ComponentChildren }) {
  const id = fieldId(props.name)
  return (
    <div class={errorOf(props.errors, props.name) === undefined ? 'field' : 'field field-invalid'}>
      <label for={id}>
        {props.label}
        {props.required === false && (
          <span class="field-optional"> ({texts(props.page.language).common.optional})</span>
        )}
      </label>
      <Remarks {...props} />
      {children}
    </div>
  )
}

function Remarks({ name, hint, errors }: FieldProps) {
  const id = fieldId(name)
  const error = errorOf(errors, name)
  return (
    <>
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </>
  )
}

export interface TextFieldProps extends FieldProps {
  readonly value?: string
  readonly type?: 'text' | 'email' | 'password' | 'search' | 'url' | 'number' | 'date'
  readonly autoComplete?: string
  readonly inputMode?: 'text' | 'numeric' | 'email' | 'url'
  readonly maxLength?: number
  readonly pattern?: string
  readonly min?: number
  readonly max?: number
  readonly placeholder?: string
  readonly autoFocus?: boolean
  readonly width?: 'short' | 'medium'
  /** Id of a `datalist` with suggestions. */
  readonly list?: string
}

/** One line of text. Passwords are never given back to the page: `value` is left out for them. */
export function TextField(props: TextFieldProps) {
  const { type = 'text', value, required = true } = props
  const attributes = {
    ...ties(props),
    required,
    autoComplete: props.autoComplete ?? 'off',
    inputMode: props.inputMode,
    maxLength: props.maxLength,
    pattern: props.pattern,
    min: props.min,
    max: props.max,
    placeholder: props.placeholder,
    autoFocus: props.autoFocus,
    class: props.width && `input-${props.width}`,
    autoCapitalize: 'none' as const,
    spellcheck: false,
  }
  return (
    <Field {...props} required={required}>
      {type === 'password' ? (
        <input {...attributes} type="password" />
      ) : type === 'number' ? (
        <input {...attributes} type="number" value={value} />
      ) : type === 'date' ? (
        <input {...attributes} type="date" value={value} />
      ) : (
        <input {...attributes} type={type} list={props.list} value={value} />
      )}
    </Field>
  )
}

export interface TextAreaProps extends FieldProps {
  readonly value?: string
  readonly rows?: number
  readonly maxLength?: number
  readonly code?: boolean
}

export function TextArea(props: TextAreaProps) {
  const { required = true } = props
  return (
    <Field {...props} required={required}>
      <textarea
        {...ties(props)}
        rows={props.rows ?? 3}
        maxLength={props.maxLength}
        required={required}
        class={props.code ? 'code' : undefined}
        spellcheck={props.code ? false : undefined}
        value={props.value ?? ''}
      />
    </Field>
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: string
}

export interface ChoiceFieldProps extends FieldProps {
  readonly value?: string
  readonly choices: readonly Choice[]
}

export function SelectField(props: ChoiceFieldProps) {
  return (
    <Field {...props}>
      <select {...ties(props)} required={props.required}>
        {props.choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === (props.value ?? '')}>
            {choice.label}
          </option>
        ))}
      </select>
    </Field>
  )
}

export function RadioField(props: ChoiceFieldProps) {
  const id = fieldId(props.name)
  const { 'aria-describedby': describedBy } = ties(props)
  return (
    <fieldset class="field" aria-describedby={describedBy}>
      <legend>{props.label}</legend>
      <Remarks {...props} />
      {props.choices.map((choice, index) => (
        <div class="choice" key={choice.value}>
          <input
            type="radio"
            id={index === 0 ? id : `${id}-${index}`}
            name={props.name}
            value={choice.value}
            checked={choice.value === props.value}
            required={props.required}
            aria-describedby={choice.hint === undefined ? undefined : `${id}-${index}-hint`}
          />
          <label for={index === 0 ? id : `${id}-${index}`}>{choice.label}</label>
          {choice.hint !== undefined && (
            <p class="field-hint" id={`${id}-${index}-hint`}>
              {choice.hint}
            </p>
          )}
        </div>
      ))}
    </fieldset>
  )
}

export interface CheckboxFieldProps extends FieldProps {
  readonly checked?: boolean
  /** What is sent when it is checked; `on` unless told otherwise. */
  readonly value?: string
}

export function CheckboxField(props: CheckboxFieldProps) {
  return (
    <div class="field choice">
      <input
        {...ties(props)}
        type="checkbox"
        value={props.value ?? 'on'}
        checked={props.checked}
        required={props.required}
      />
      <label for={fieldId(props.name)}>{props.label}</label>
      <Remarks {...props} />
    </div>
  )
}

export interface FileFieldProps extends FieldProps {
  /** Media types and endings, as in the `accept` attribute. */
  readonly accept?: string
}

export function FileField(props: FileFieldProps) {
  return (
    <Field {...props}>
      <input {...ties(props)} type="file" accept={props.accept} required={props.required} />
    </Field>
  )
}

export type ButtonKind = 'primary' | 'plain' | 'danger'

const BUTTON_CLASSES: Record<ButtonKind, string> = {
  primary: 'button button-primary',
  plain: 'button',
  danger: 'button button-danger',
}

export interface ButtonProps {
  readonly kind?: ButtonKind
  readonly name?: string
  readonly value?: string
  readonly small?: boolean
  /** For several buttons with the same word: says which one this is. */
  readonly label?: string
  /** Sends the form somewhere else than where its `action` says. */
  readonly formAction?: string
  /** Sends the form although required fields are empty (a button that goes back). */
  readonly formNoValidate?: boolean
  readonly children: ComponentChildren
}

/** Sends the form it stands in. */
export function Button({ kind = 'plain', small, label, children, ...rest }: ButtonProps) {
  return (
    <button
      type="submit"
      class={small ? `${BUTTON_CLASSES[kind]} button-small` : BUTTON_CLASSES[kind]}
      aria-label={label}
      {...rest}
    >
      {children}
    </button>
  )
}

export interface ButtonLinkProps {
  readonly href: string
  readonly kind?: ButtonKind
  readonly small?: boolean
  readonly label?: string
  readonly download?: string
  readonly children: ComponentChildren
}

/** Looks like a button, goes to a page. */
export function ButtonLink({ href, kind = 'plain', small, label, download, children }: ButtonLinkProps) {
  return (
    <a
      href={href}
      class={small ? `${BUTTON_CLASSES[kind]} button-small` : BUTTON_CLASSES[kind]}
      aria-label={label}
      download={download}
    >
      {children}
    </a>
  )
}

/** The buttons at the end of a form. */
export function FormActions({ children }: { readonly children: ComponentChildren }) {
  return <div class="form-actions">{children}</div>
}

/** One button that does one thing: a whole form without fields. */
export function ActionButton({
  page,
  action,
  fields,
  ...button
}: ButtonProps & {
  readonly page: PageContext
  readonly action: string
  readonly fields?: Readonly<Record<string, string>>
}) {
  return (
    <Form page={page} action={action} class="form-inline">
      {Object.entries(fields ?? {}).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button {...button} />
    </Form>
  )
}

/** A search box with filters: GET, so the result has an address. */
export function FilterForm({
  page,
  action,
  label,
  button,
  children,
}: {
  readonly page: PageContext
  readonly action: string
  readonly label: string
  /** Of a form that asks for something rather than narrows a list: then there is nothing to clear. */
  readonly button?: string
  readonly children: ComponentChildren
}) {
  const { apply, clear } = texts(page.language).common
  return (
    <form method="get" action={action} class="filters" role="search" aria-label={label}>
      {children}
      <div class="filters-actions">
        <Button>{button ?? apply}</Button>
        {button === undefined && <a href={action}>{clear}</a>}
      </div>
    </form>
  )
}
