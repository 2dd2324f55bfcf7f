import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Sending } from "../../moderation/sending.js";

/** @import { Outcome } from "../../moderation/types.js" */

/** @type {Outcome} */
const DONE = { kind: "done", answer: {} };

/**
 * A service that answers as it is told, and what was said to it and of it.
 * @param {Array<Outcome>} answers the last one is given for ever
 */
function serviceThat(...answers) {
  /** @type {string[]} */
  const asked = [];
  /** @type {Array<string | null>} */
  const told = [];
  const sending = new Sending({
    post: async (path) => {
      asked.push(path);
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? DONE;
    },
    tell: (trouble, waiting) => told.push(trouble && `${trouble} ${waiting}`),
  });
  /** @type {string[]} */
  const settled = [];
  /** @param {string} path */
  const send = (path) =>
    sending.add({ path, fields: () => ({}), settle: (outcome, attempts) => settled.push(`${path} ${outcome.kind} ${attempts}`) });
  return { sending, send, asked, told, settled };
}

/** Long enough for every promise that is not waiting for something. */
async function settle() {
  for (let i = 0; i < 5; i += 1) await setImmediate();
}

test("decisions are sent one after the other, in order", async () => {
  const { send, asked, settled, sending } = serviceThat(DONE);
  for (const path of ["a", "b", "c"]) send(path);
  assert.equal(sending.isAtRisk, true);
  await settle();
  assert.deepEqual(asked, ["a", "b", "c"]);
  assert.deepEqual(settled, ["a done 1", "b done 1", "c done 1"]);
  assert.equal(sending.isAtRisk, false);
});

test("one that is refused is settled, and the next goes on", async () => {
  const { send, settled } = serviceThat({ kind: "refused", status: 409, problem: {} }, DONE);
  send("a");
  send("b");
  await settle();
  assert.deepEqual(settled, ["a refused 1", "b done 1"]);
});

for (const kind of /** @type {const} */ (["unreachable", "signed_out"])) {
  test(`nothing is lost or overtaken while the service is ${kind}`, async () => {
    const { send, sending, asked, told, settled } = serviceThat({ kind }, { kind }, DONE);
    send("a");
    await settle();
    send("b");
    await settle();
    assert.deepEqual(asked, ["a"]);
    assert.deepEqual(told, [`${kind} 1`, `${kind} 2`]);
    assert.equal(sending.isAtRisk, true);
    sending.tryAgain();
    await settle();
    sending.tryAgain();
    await settle();
    assert.deepEqual(asked, ["a", "a", "a", "b"]);
    assert.deepEqual(settled, ["a done 3", "b done 1"]);
    assert.equal(told.at(-1), null);
  });
}

test("what has become pointless meanwhile is not sent", async () => {
  const { sending, send, asked } = serviceThat(DONE);
  sending.add({ path: "undo", fields: () => null, settle: () => assert.fail("it was never sent") });
  send("a");
  await settle();
  assert.deepEqual(asked, ["a"]);
});
