// Reads simulations as JSON lines, answers each with one line: what @cloud-copilot/iam-simulate
// decides, or "error: " and why it could not.
//
//   node reference.mjs NODE_MODULES
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(`${process.argv[2]}/`)
const { runSimulation } = require('@cloud-copilot/iam-simulate')

const named = (policies) => policies.map((policy, number) => ({ name: `p${number}`, policy }))

async function decide(line) {
  const { principal, account, action, resource, context, policies, boundary, keyPolicy } =
    JSON.parse(line)
  try {
    const found = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource, accountId: account },
          contextVariables: context
        },
        identityPolicies: named(policies),
        permissionBoundaryPolicies: boundary ? named([boundary]) : undefined,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: keyPolicy ?? undefined
      },
      {}
    )
    return found.overallResult ?? `error: ${JSON.stringify(found.errors)}`
  } catch (error) {
    return `error: ${error.message}`
  }
}

const out = []
for await (const line of createInterface({ input: process.stdin })) {
  out.push(await decide(line))
}
process.stdout.write(out.join('\n') + '\n')
