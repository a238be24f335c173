import { assertEquals } from "@std/assert";
import { ServerError, TimeoutError } from "../../../lib/base/errors.ts";
import { settle } from "../../../lib/run/wait/settle.ts";
import { rejection } from "../../support/rejection.ts";
import { targetsOf } from "../../support/targets.ts";

const FILES = { "a.yaml": "image: tiny\n" };
const never = new AbortController().signal;

function operation(path: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    class: "task",
    description: "Creating instance",
    status_code: 103,
    resources: { instances: [path] },
    ...more,
  };
}

/** Answers one list after the other, and the last one again and again. */
function daemon(...lists: unknown[]) {
  const asked: string[] = [];
  const get = (path: string) => {
    asked.push(path);
    const answer = lists.length > 1 ? lists.shift() : lists[0];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { asked, server: { get } };
}

const options = { seconds: 5, note: () => {}, signal: never };

Deno.test("settle() waits for all operations on an instance, and on its replacement", async () => {
  const { asked, server } = daemon(
    { running: [operation("/1.0/instances/a")] },
    { pending: [operation("/1.0/instances/a-lxops-new?project=default")] },
    {},
  );
  await settle(server, await targetsOf(FILES), options);
  assertEquals(asked, Array(3).fill("/1.0/operations?recursion=1"));
});

Deno.test("settle() ignores operations on other instances, ended ones, and running programs", async () => {
  const { asked, server } = daemon({
    running: [
      operation("/1.0/instances/b"),
      operation("/1.0/instances/a", { class: "websocket" }),
      operation("/1.0/instances/a", { status_code: 200 }),
    ],
  });
  await settle(server, await targetsOf(FILES), options);
  assertEquals(asked.length, 1);
});

Deno.test("settle() gives up in time, and names the remaining operations", async () => {
  const { server } = daemon({ running: [operation("/1.0/instances/a")] });
  const error = await rejection(
    settle(server, await targetsOf(FILES), { ...options, seconds: 0.1 }),
    TimeoutError,
  );
  assertEquals(
    error.message,
    'An earlier run left what the daemon still does after 0.1 s: "Creating instance" on a',
  );
});

Deno.test("settle() continues where this client may not see operations", async () => {
  const { server } = daemon(new ServerError("no", { status: 403 }));
  await settle(server, await targetsOf(FILES), options);
});
