/**
 * The envelope of the daemon's answers: `sync` with metadata, `async` with an operation, or `error`.
 *
 * @module
 */
import * as z from "zod/mini";
import { AGENT_MISSING, ServerError, TimeoutError } from "../../base/errors.ts";
import type { Call, Endpoint, Reply } from "./endpoint.ts";
import { bodyText, brokenConnection, call } from "./http.ts";
import { narrow } from "../../base/schemas.ts";
import { quote } from "../../base/shell.ts";
import { after } from "./timer.ts";

/** An answer of the daemon. */
export interface Answer {
  readonly type: "sync" | "async" | "error";
  readonly status: number;
  /** Path of the background operation; empty where there is none. */
  readonly operation: string;
  readonly metadata: unknown;
  /** The daemon's words in an answer of type `error`. */
  readonly error: string;
}

const envelope = z.object({
  type: z.enum(["sync", "async", "error"]),
  status_code: z.nullish(z.number()),
  error_code: z.nullish(z.number()),
  error: z.nullish(z.string()),
  operation: z.nullish(z.string()),
  metadata: z.unknown(),
});

/** The time that a daemon has to answer a read; without a limit, lxops would wait for a stopped daemon forever. */
export const READ_LIMIT_MS = 60_000;

/** Sends a request and reads its answer; an answer of type `error` is thrown as a `ServerError`. */
export async function ask(endpoint: Endpoint, request: Call): Promise<Answer> {
  const response = await call(endpoint, request);
  return await readAnswer(endpoint, `${request.method} ${request.path}`, response, request.signal);
}

/** Reads from the daemon; throws a `TimeoutError` where it does not answer. */
export async function look(endpoint: Endpoint, path: string, limitMs = READ_LIMIT_MS): Promise<Answer> {
  return await limited(endpoint, path, limitMs, (signal) => ask(endpoint, { method: "GET", path, signal }));
}

/** Runs an action with a signal that aborts after a limit; throws a `TimeoutError` then. */
export async function limited<T>(
  endpoint: Endpoint,
  path: string,
  limitMs: number,
  asking: (signal: AbortSignal) => Promise<T>,
  advice: readonly string[] = [],
): Promise<T> {
  const limit = new TimeoutError(
    `${endpoint.title} at "${endpoint.address}" did not answer GET ${path} within ${limitMs / 1000} s`,
    [
      ...advice,
      `Another task may block the daemon; its log tells more: journalctl -u ${endpoint.service}`,
    ],
  );
  const controller = new AbortController();
  const stop = after(limitMs, () => controller.abort(limit));
  try {
    return await asking(controller.signal);
  } finally {
    stop();
  }
}

/** Sends a request and returns its answer, including one of type `error`. */
export async function exchange(endpoint: Endpoint, request: Call): Promise<Answer> {
  const response = await call(endpoint, request);
  return await readEnvelope(endpoint, `${request.method} ${request.path}`, response, request.signal);
}

/** Reads the answer from a response; one of type `error` is thrown as a `ServerError`. */
export async function readAnswer(
  endpoint: Endpoint,
  request: string,
  response: Reply,
  signal?: AbortSignal,
): Promise<Answer> {
  const answer = await readEnvelope(endpoint, request, response, signal);
  if (answer.type === "error") throw refusal(endpoint, request, answer.status, answer.error);
  return answer;
}

async function readEnvelope(
  endpoint: Endpoint,
  request: string,
  response: Reply,
  signal?: AbortSignal,
): Promise<Answer> {
  const text = await bodyText(endpoint, request, response, signal);
  // A daemon that is killed at work may still have sent the headers.
  if (text.trim() === "" && response.ok) throw brokenConnection(endpoint, request, "an empty answer");
  const answer = envelope.safeParse(parseJson(text));
  if (!answer.success) throw strangeAnswer(endpoint, request, response.status, quoteStart(text));
  const { error, error_code, status_code, operation, metadata } = answer.data;
  const type = response.ok ? answer.data.type : "error";
  const code = (type === "error" ? error_code : status_code) || response.status;
  return { type, status: code, operation: operation ?? "", metadata, error: error ?? "" };
}

/** Returns the error of a refused request, with the daemon's own message. */
export function refusal(endpoint: Endpoint, request: string, status: number, words: string): ServerError {
  const advice = status === 401 || status === 403
    ? [`${endpoint.title} does not trust this user or certificate with the request`]
    : AGENT_MISSING.test(words)
    ? [
      "It starts with the machine, if its image has it; to wait for it: lxops instance wait --until exec NAME",
    ]
    : /^Instance is frozen/i.test(words)
    ? thawAdvice(request)
    : [];
  const options = { status, request, advice };
  const about = instanceOf(request);
  const missing = status === 404 ? missingObject(request, words) : undefined;
  if (missing !== undefined) return new ServerError(`There is no ${missing}`, options);
  if (about !== undefined && /^(The )?instance is not running/i.test(words)) {
    return new ServerError(`Instance ${about} is not running`, options);
  }
  const taken = TAKEN.exec(words)?.[1];
  const said = taken !== undefined
    ? `Something of this name already exists among the ${taken}; another request has just made it`
    : words.trim() || `${endpoint.title} gave no reason`;
  return new ServerError(`${said} (${request}, status ${status})`, options);
}

/** Kinds of objects by the paths of their requests, and the words of both daemons for a missing one. */
const OBJECTS: readonly (readonly [kind: string, path: RegExp, words: RegExp])[] = [
  ["storage pool", /^\/storage-pools\/([^/]+)/, /(^|: )storage pool not found$/i],
  [
    "volume",
    /^\/storage-pools\/[^/]+\/volumes\/custom\/([^/]+)/,
    /(^|: )(storage (pool )?volume )?not found$/i,
  ],
  ["image alias", /^\/images\/aliases\/([^/]+)$/, /(^|: )(image )?(alias )?not found$/i],
  ["profile", /^\/profiles\/([^/]+)$/, /(^|: )(profile )?not found$/i],
  ["project", /^\/projects\/([^/]+)$/, /(^|: )(project )?not found$/i],
];

/** Returns the name of the object that a request needs and the daemon does not have, as messages have it. */
function missingObject(request: string, words: string): string | undefined {
  const instance = instanceOf(request);
  if (instance !== undefined) {
    return /(^|: )(instance )?not found$/i.test(words) ? `instance ${instance}` : undefined;
  }
  const path = request.replace(/^[A-Z]+ \/1\.0/, "").replace(/\?.*$/s, "");
  const found = OBJECTS.flatMap(([kind, form, said]) => {
    const name = form.exec(path)?.[1];
    return name !== undefined && said.test(words) ? `${kind} "${decodeURIComponent(name)}"` : [];
  });
  return found[0];
}

/** Returns the name of the instance in the path of a request, as messages have it. */
function instanceOf(request: string): string | undefined {
  const [, name, query = ""] = /^[A-Z]+ \/1\.0\/instances\/([^/?]+)(?:\/(?:exec|state|console))?(?:\?(.*))?$/
    .exec(request) ?? [];
  if (name === undefined) return undefined;
  const project = new URLSearchParams(query).get("project") ?? "default";
  return `"${decodeURIComponent(name)}"${project === "default" ? "" : ` in project "${project}"`}`;
}

/** The words of both daemons for a name that another request has taken since they looked. */
const TAKEN = /UNIQUE constraint failed: ([a-z_]+)\./;

/** Returns the advice to thaw the frozen instance that a request names. */
function thawAdvice(request: string): readonly string[] {
  const path = / (\/1\.0\/instances\/[^/?]+)/.exec(request)?.[1];
  if (path === undefined) return [];
  const query = request.includes("?") ? request.slice(request.indexOf("?")) : "";
  const quoted = quote(`${path}/state${query}`);
  return [
    "Its processes stand still: an export, a snapshot or a person has frozen it",
    `Where that has ended, let them go on: lxops query -X PUT -d '{"action":"unfreeze"}' ${quoted}`,
  ];
}

/**
 * Returns the error of an answer that violates the API; `found` describes the answer. It does not keep the status
 * 404: from something that is no daemon, it does not mean that an instance is missing.
 */
export function strangeAnswer(
  endpoint: Endpoint,
  request: string,
  status: number,
  found: string,
): ServerError {
  const message = `${endpoint.title} at "${endpoint.address}" gave an unexpected answer to ${request}`;
  return new ServerError(`${message} (status ${status}): ${found}`, {
    ...(status === 404 ? {} : { status }),
    request,
  });
}

/** Checks a value of an answer against a schema. */
export function readAs<T>(
  endpoint: Endpoint,
  request: string,
  schema: z.ZodMiniType<T>,
  value: unknown,
): T {
  return narrow(schema, value, (reason) => strangeAnswer(endpoint, request, 200, reason));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function quoteStart(text: string): string {
  const limit = 200;
  const start = text.trim().slice(0, limit);
  return start === "" ? "an empty body" : JSON.stringify(start) + (text.length > limit ? "..." : "");
}
