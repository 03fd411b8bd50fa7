/**
 * What script adds to the editor of policies: line numbers beside the JSON, what is wrong while one writes, and buttons of
 * the generator that do not load the page anew. All of it is asked of the server, which has the one parser there is.
 */
const PAUSE_MILLISECONDS = 600

/** Numbers beside the lines; the text itself neither wraps nor catches the Tab key. */
function numberLines(area) {
  const numbers = document.createElement('pre')
  numbers.className = 'line-numbers'
  numbers.setAttribute('aria-hidden', 'true')
  const frame = document.createElement('div')
  frame.className = 'numbered'
  area.replaceWith(frame)
  frame.append(numbers, area)
  const count = () => {
    const lines = area.value.split('\n').length
    numbers.textContent = Array.from({ length: lines }, (_, index) => index + 1).join('\n')
    numbers.scrollTop = area.scrollTop
  }
  area.addEventListener('input', count)
  area.addEventListener('scroll', () => {
    numbers.scrollTop = area.scrollTop
  })
  count()
}

/** Puts the cursor where a fault stands. */
function goTo(area, line, column) {
  const before = area.value.split('\n').slice(0, line - 1)
  const start = before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1
  area.focus()
  area.setSelectionRange(start, start + 1)
  const height = Number.parseFloat(getComputedStyle(area).lineHeight)
  area.scrollTop = Math.max(0, (line - 3) * height)
}

function linkOf({ message, target, line, column }) {
  if (target === undefined) return message
  const link = document.createElement('a')
  link.href = `#${target}`
  link.textContent = message
  if (line !== undefined) {
    link.addEventListener('click', (event) => {
      event.preventDefault()
      goTo(document.getElementById(target), line, column)
    })
  }
  return link
}

function showReport(editor, { tone, title, remarks }) {
  const report = editor.querySelector('[data-policy-report]')
  const heading = document.createElement('p')
  heading.className = `policy-report-title policy-report-${tone}`
  heading.textContent = title
  const list = document.createElement('ul')
  for (const remark of remarks) {
    const item = document.createElement('li')
    item.className = `policy-${remark.kind}`
    item.append(linkOf(remark))
    list.append(item)
  }
  report.replaceChildren(heading, ...(remarks.length > 0 ? [list] : []))
  // What the page said of an earlier text would stand against it.
  for (const old of editor.querySelectorAll('.field-error')) old.remove()
  for (const field of editor.querySelectorAll('.field-invalid')) field.classList.remove('field-invalid')
}

const post = (action, body) => fetch(action, { method: 'POST', body, credentials: 'same-origin' })
const fieldsOf = (form, button) => new URLSearchParams(new FormData(form, button))

/** Asks after each pause what is wrong; an answer that a newer question has overtaken is dropped. */
function checkWhileWriting(form) {
  let timer
  let asked = 0
  const ask = async () => {
    asked += 1
    const question = asked
    const editor = form.querySelector('[data-policy-editor]')
    try {
      const answer = await post(editor.dataset.policyCheck, fieldsOf(form))
      if (!answer.ok) return
      const report = await answer.json()
      if (question === asked && editor.isConnected) showReport(editor, report)
    } catch {
      // Without an answer the same is said when the form is sent.
    }
  }
  form.addEventListener('input', (event) => {
    if (!event.target.closest('[data-policy-editor]')) return
    clearTimeout(timer)
    timer = setTimeout(ask, PAUSE_MILLISECONDS)
  })
}

function prepare(editor) {
  const area = editor.querySelector('textarea[name="document"]')
  if (area) numberLines(area)
}

/** Shows the editor of the page that a button leads to in place of this one. */
async function press(form, button) {
  const answer = await post(form.action, fieldsOf(form, button))
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const after = page.querySelector('[data-policy-editor]')
  if (!answer.ok || !after) throw new Error('the answer has no editor')
  const before = form.querySelector('[data-policy-editor]')
  before.replaceWith(document.adoptNode(after))
  prepare(after)
  const place = after.dataset.policyFocus
  const target = (place && document.getElementById(place)) || after.querySelector(`[value="${button.value}"]`)
  ;(target ?? after.querySelector('textarea, button')).focus()
}

for (const first of document.querySelectorAll('[data-policy-editor]')) {
  const form = first.closest('form')
  prepare(first)
  checkWhileWriting(form)
  let failed = false
  form.addEventListener('submit', async (event) => {
    const button = event.submitter
    if (button?.name !== 'policyAct' || failed) return
    event.preventDefault()
    event.stopPropagation()
    try {
      await press(form, button)
    } catch {
      // The page that the form leads to says what is the matter.
      failed = true
      form.requestSubmit(button)
    }
  })
}
