/**
 * Records in scripts that are shown.
 *
 * @module
 */
import { PROFILE_NOTE } from "../instance/spare.ts";
import { RUN_MARK, withoutRun } from "../instance/throw_away.ts";
import { KEYED, UNKNOWN_ITEM } from "./hashes.ts";
import { decodeRecord, encodeRecord, type InstanceRecord, RECORD_MARK } from "./record.ts";

/**
 * Returns the body of a request without what differs in every run: the time of its record, the hashes that are made
 * with a key, which a script does not have, and the process of lxops that makes a throw-away instance. Nor has it a
 * note of a profile: that may hold secrets of earlier configurations, which lxops does not know to hide.
 */
export function shownBody(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("config" in body)) return body;
  const { config } = body;
  if (typeof config !== "object" || config === null) return body;
  if (RUN_MARK in config && "name" in body) {
    return { ...body, config: { ...config, [RUN_MARK]: withoutRun(String(config[RUN_MARK])) } };
  }
  if (PROFILE_NOTE in config && config[PROFILE_NOTE as keyof typeof config] !== "") {
    return { ...body, config: { ...config, [PROFILE_NOTE]: "{}" } };
  }
  if (!(RECORD_MARK in config)) return body;
  const record = decodeRecord(String(config[RECORD_MARK]));
  return record ? { ...body, config: { ...config, [RECORD_MARK]: encodeRecord(shown(record)) } } : body;
}

function shown({ time: _time, key: _key, items, ...record }: InstanceRecord): InstanceRecord {
  if (items === undefined) return record;
  return {
    ...record,
    items: typeof items === "string" ? items : items.map((one) => one.startsWith(KEYED) ? UNKNOWN_ITEM : one),
  };
}
