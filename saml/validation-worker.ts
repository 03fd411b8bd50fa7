/** Entry of a thread that validates responses, one after the other. It gets no environment, no database and no keys but those of its job. */
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { createResponseChecker, type ValidationJob } from './response-validation.js'

/**
 * Where processors are short, the thread that answers requests goes first. At 5 it still waited for these in a storm of
 * sign-ins, twice as long as at 10; at 19 anything else on the machine could keep everybody from signing in.
 */
const NICENESS = 10

if (!parentPort) throw new Error('this file is the entry of a worker thread')
const port = parentPort
// Of this thread alone, and only on Linux: elsewhere it would be the whole process.
if (process.platform === 'linux') setPriority(0, NICENESS)

const check = createResponseChecker()
port.on('message', (job: ValidationJob) => {
  // What is thrown is a bug: it ends the thread, and the pool refuses the response and starts another one.
  void check(job).then((outcome) => port.postMessage(outcome))
})
