/**
 * Health checks and dependencies of a service of a compose file.
 *
 * @module
 */
import { secondsOf } from "../../../base/durations.ts";
import type { Value } from "../starter.ts";
import { maySecret } from "./secret_words.ts";
import { isMap, type ServiceReader } from "./reader.ts";

const DURATIONS = ["interval", "timeout", "start_period", "start_interval"] as const;

/** The advice about a secret of a command. */
const MOVE = "put a secret into .env, and ${NAME} in its place";

/** Reads the health check of a service, as an entry of `checks`. */
export function readHealthcheck(reader: ServiceReader): readonly Value[] {
  const data = reader.take("healthcheck");
  if (data === undefined) return [];
  if (!isMap(data)) {
    reader.say(["healthcheck"], "A map is expected here");
    return [];
  }
  if (data["disable"] === "true") return [];
  const exec = command(reader, data["test"]);
  if (exec === undefined) return [];
  if (maySecret(data["test"])) {
    reader.say(["healthcheck", "test"], `It may have a secret, and is in lxops.yaml: ${MOVE}`);
  }
  const check: Record<string, Value> = { exec };
  for (const name of DURATIONS) {
    const value = data[name];
    if (value === undefined || value === null) continue;
    const text = reader.fill(["healthcheck", name], value);
    if (!text) continue;
    if (secondsOf(text.value) === undefined) {
      reader.say(["healthcheck", name], 'A duration such as "30s" is expected here; it is not taken over');
    } else check[name.replace("_", "-")] = text.written;
  }
  const retries = data["retries"];
  const text = retries === undefined || retries === null
    ? undefined
    : reader.fill(["healthcheck", "retries"], retries);
  if (text && /^[1-9]\d{0,5}$/.test(text.value)) check["retries"] = text.written;
  else if (text) reader.say(["healthcheck", "retries"], "A whole number from 1 is expected here");
  return [check];
}

function command(reader: ServiceReader, test: unknown): Value | undefined {
  const path = ["healthcheck", "test"];
  const say = (message: string) => {
    reader.say(path, message);
    return undefined;
  };
  if (typeof test === "string") return reader.fill(path, test)?.written || say("The command is empty");
  if (!Array.isArray(test) || test.length === 0) return say("A command is expected here: text or a list");
  const [kind, ...words] = test;
  if (kind === "NONE") return undefined;
  const filled = words.map((word, index) => reader.fill([...path, index + 1], word)?.written);
  if (filled.some((word) => word === undefined)) return undefined;
  if (kind === "CMD-SHELL") return filled.join(" ") || say("The command is empty");
  if (kind !== "CMD") return say('A list begins with "CMD", "CMD-SHELL" or "NONE"');
  return filled.length === 0 || filled[0] === "" ? say("The command is empty") : filled as string[];
}

const UNTIL: Readonly<Record<string, string>> = {
  service_started: "started",
  service_healthy: "healthy",
  service_completed_successfully: "completed",
};

/** Reads the dependencies of a service, as `after`. */
export function readDependencies(
  reader: ServiceReader,
  instances: ReadonlyMap<string, string>,
): Readonly<Record<string, Value>> {
  const data = reader.take("depends_on");
  const after: Record<string, Value> = {};
  const add = (path: readonly (string | number)[], service: unknown, how: unknown) => {
    const name = typeof service === "string" ? instances.get(service) : undefined;
    if (name === undefined) return reader.say(path, "The file has no such service; it is not taken over");
    const entry: Record<string, Value> = {};
    if (isMap(how)) {
      const condition = `${how["condition"] ?? "service_started"}`;
      const until = Object.hasOwn(UNTIL, condition) ? UNTIL[condition] : undefined;
      if (until === undefined) return reader.say(path, "Its condition is not known; it is not taken over");
      if (until !== "started") entry["until"] = until;
      if (how["required"] === "false") entry["required"] = false;
      if (how["restart"] === "true") entry["restart"] = true;
    }
    after[name] = entry;
  };
  if (Array.isArray(data)) {
    data.forEach((service, index) => add(["depends_on", index], service, undefined));
  } else if (isMap(data)) {
    for (const [service, how] of Object.entries(data)) add(["depends_on", service], service, how);
  } else if (data !== undefined) reader.say(["depends_on"], "A list or a map is expected here");
  return after;
}
