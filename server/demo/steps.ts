/** The tour's output: numbered steps, each with what came of it and how long it took. */

export interface Tour {
  /** Runs one step and prints it when it is done. Facts are lines below it. A step that throws ends the tour. */
  step<T>(title: string, run: (note: (fact: string) => void) => Promise<T>): Promise<T>
  readonly steps: number
  /** Milliseconds since the tour began. */
  readonly elapsed: number
}

const WIDTH = 78

export function createTour(print: (line: string) => void): Tour {
  const begun = performance.now()
  let steps = 0
  return {
    async step(title, run) {
      steps += 1
      const number = String(steps).padStart(2)
      const facts: string[] = []
      const start = performance.now()
      const say = (outcome: string): void => {
        print(
          `${number}  ${title} ${'.'.repeat(Math.max(3, WIDTH - title.length - outcome.length))} ${outcome}`,
        )
        for (const fact of facts) print(`      ${fact}`)
      }
      try {
        const result = await run((fact) => facts.push(fact))
        say(`${Math.round(performance.now() - start)} ms`)
        return result
      } catch (error) {
        say('failed')
        throw error
      }
    },
    get steps() {
      return steps
    },
    get elapsed() {
      return performance.now() - begun
    },
  }
}
