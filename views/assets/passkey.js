/**
 * Forms with `data-passkey`: before they are sent, the browser makes a passkey or signs with one, and the answer goes along
 * in the field `credential`. Binary values are base64url on the page and bytes for the browser.
 */
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )

const toText = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const descriptors = (list) => list.map((each) => ({ ...each, id: toBytes(each.id) }))

async function create(options) {
  const { id, rawId, type, response } = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: descriptors(options.excludeCredentials),
    },
  })
  return {
    id,
    rawId: toText(rawId),
    type,
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  }
}

async function get(options) {
  const { id, rawId, type, response } = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: descriptors(options.allowCredentials),
    },
  })
  return {
    id,
    rawId: toText(rawId),
    type,
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      ...(response.userHandle && { userHandle: toText(response.userHandle) }),
    },
  }
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  const { credential } = form.elements
  const ask = form.dataset.passkey === 'create' ? create : get
  form.querySelector('[data-passkey-script]').hidden = true
  const failed = form.querySelector('[data-passkey-failed]')
  const missing = form.querySelector('[data-passkey-missing]')

  form.addEventListener('submit', async (event) => {
    // The answer is there: the form goes its way.
    if (credential.value !== '') return
    event.preventDefault()
    event.stopPropagation()
    failed.hidden = true
    try {
      credential.value = JSON.stringify(await ask(JSON.parse(form.dataset.passkeyOptions)))
    } catch {
      failed.hidden = false
      return
    }
    form.requestSubmit()
  })

  // The answer was used up: coming back to the page asks anew.
  addEventListener('pageshow', () => {
    credential.value = ''
  })

  if (!('PublicKeyCredential' in globalThis)) missing.hidden = false
  else if (form.dataset.passkeyAtOnce !== undefined) form.requestSubmit()
}
