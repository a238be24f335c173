/**
 * The schema of an entry of `checks`. Names, defaults and durations are those of docker compose's health checks.
 *
 * @module
 */
import * as z from "zod/mini";
import { preprocess } from "../../base/schemas.ts";
import { duration, field, integer, list, record, text } from "./fields.ts";

const absent = (value: unknown) => value === null || value === "" ? undefined : value;

/** The schema of `http` of a check. */
const httpSchema = record({
  port: field(integer, { default: 80, description: "Port of the server; the default is 80." }),
  path: field(text, {
    default: "/",
    description: "Path of the request, which begins with a slash; the default is /.",
    examples: ["/health"],
  }),
  status: field(preprocess(absent, z.optional(integer)), {
    description: "Status that is expected; the default is any from 200 to 399. Redirects are not followed.",
  }),
});

/** The schema of an entry of `checks`. */
export const checkSchema = record({
  name: field(text, { default: "", description: "Name for messages. The default is what is checked." }),
  exec: field(
    preprocess(
      absent,
      z.optional(z.union([text, list(text)], {
        error: (issue) => issue.code === "invalid_union" ? "Text or a list is expected here" : undefined,
      })),
    ),
    {
      kind: "text or list of text",
      description:
        "Command that runs in the instance, as text for its shell or as a list of words. The check passes if it exits with 0.",
      examples: ["pg_isready -q", ["/usr/bin/redis-cli", "ping"]],
    },
  ),
  tcp: field(preprocess(absent, z.optional(integer)), {
    description:
      "TCP port. The check passes if the port accepts connections at an address of the instance, or in the instance.",
    examples: ["5432"],
  }),
  http: field(preprocess(absent, z.optional(httpSchema)), {
    kind: "map of port, path and status",
    description:
      "HTTP request without encryption. The check passes if the status is the expected one (by default any from 200 to " +
      "399), at an address of the instance, or in the instance with its curl, wget, python3, bash or nc. `port` is 80 " +
      "and `path` is / by default.",
    examples: [{ port: 8080, path: "/health", status: 200 }],
  }),
  interval: field(duration, {
    default: 30,
    description: "Time between two attempts; the default is 30s.",
    examples: ["2s", "1m30s"],
  }),
  timeout: field(duration, { default: 30, description: "Time limit of an attempt; the default is 30s." }),
  retries: field(integer, {
    default: 3,
    description: "Number of attempts that fail before the check fails; the default is 3.",
  }),
  "start-period": field(duration, {
    default: 0,
    description:
      "Time after the start of the instance in which failed attempts do not count; the default is 0s. `launch` and " +
      "`rebuild` count from the moment that the instance is configured; other commands ignore it.",
    examples: ["40s"],
  }),
  "start-interval": field(duration, {
    default: 5,
    description: "Time between two attempts in the start period; the default is 5s.",
  }),
}).register(z.globalRegistry, { kind: "Check" });

/** The checked values of an entry of `checks`. */
export type RawCheck = z.output<typeof checkSchema>;
