/**
 * `query`: one request of the daemon's REST API, as `incus query` and `lxc query` send it.
 *
 * @module
 */
import { EXIT, ServerError, UsageError } from "../../../base/errors.ts";
import type { Request } from "../../../ports/mod.ts";
import { command } from "../../command/command.ts";
import { printableJson } from "../../output/output.ts";
import { applyEffect } from "../../shared/apply_steps.ts";

/** `lxops query`. */
export const query = command({
  name: "query",
  summary: "Send one request to the daemon; what it starts in the background is waited for",
  flags: {
    X: {
      kind: "string",
      value: "METHOD",
      aliases: ["request"],
      default: "GET",
      help: "GET, POST, PUT, PATCH or DELETE",
    },
    d: {
      kind: "optional",
      value: "JSON",
      aliases: ["data"],
      help: "Body of the request; - reads it from stdin",
    },
    already: {
      kind: "optional",
      value: "TEXT",
      help: "A refusal with these words is no failure: what was asked for is there",
    },
    named: {
      kind: "optional",
      value: "NAME",
      help: "Of a request that makes an image: one that is there already gets this name, which is no failure",
    },
    "dry-run": { kind: "boolean", help: "Print what would be done, as a shell script, and do nothing" },
  },
  operands: { usage: "PATH", min: 1, max: 1 },
  example: "lxops query /1.0/instances",
  underTheHood: "the request, and GET wait of the operation that it starts",
  run: async (values, [path], app) => {
    if (!path!.startsWith("/1.0")) {
      throw new UsageError(`A path of the API starts with /1.0, unlike "${path}"`);
    }
    const method = values.X.toUpperCase();
    if (method === "GET") {
      const answer = await (await app.server()).get(path!);
      if (answer === undefined) {
        throw new ServerError(`There is no ${path}`, { status: 404, request: `GET ${path}` });
      }
      app.print(`${printableJson(answer)}\n`);
      return EXIT.ok;
    }
    const data = values.d === "-" ? await app.readStdin() : values.d;
    if (values.d !== undefined && data === undefined) {
      throw new UsageError("-d - needs input that is not a terminal");
    }
    const request: Request = {
      method: changing(method),
      path: path!,
      ...(data === undefined ? {} : { body: parseBody(data) }),
    };
    if (values.named !== undefined) {
      const project = new URL(path!, "http://daemon").searchParams.get("project") ?? "default";
      const effect = { kind: "publish", project, alias: values.named, ...request } as const;
      await applyEffect(app, `${method} ${path}`, effect, { dryRun: values["dry-run"] });
      return EXIT.ok;
    }
    await applyEffect(app, `${method} ${path}`, {
      kind: "send",
      ...request,
      ...(values.already === undefined ? {} : { already: values.already }),
    }, { dryRun: values["dry-run"] });
    return EXIT.ok;
  },
});

function changing(method: string): Request["method"] {
  const found = (["POST", "PUT", "PATCH", "DELETE"] as const).find((known) => known === method);
  if (!found) throw new UsageError(`-X takes GET, POST, PUT, PATCH or DELETE, not "${method}"`);
  return found;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`-d is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
