/**
 * The record of a spare that is swapped in again: meanwhile, its own profile and its filesystems have changed for the
 * instance that served.
 *
 * @module
 */
import type { InstanceInfo } from "../../ports/mod.ts";
import { same } from "../instance/resolve/profile.ts";
import { decodeRecord, encodeRecord, RECORD_MARK } from "./record.ts";

/**
 * Returns the configuration that brings the record of a spare up to date; none where there is nothing to change, or the
 * two have other profiles.
 *
 * @param present the instance that the spare replaces
 */
export function recordBack(
  spare: Pick<InstanceInfo, "config">,
  present: Pick<InstanceInfo, "config">,
): Readonly<Record<string, string>> {
  const [own, last] = [spare, present].map(({ config }) => decodeRecord(config[RECORD_MARK]));
  if (!own || !last || !same(own.profiles?.at(-1), last.profiles?.at(-1))) return {};
  const { profileDevices, profileKeys, filesystems } = last;
  const shared = {
    ...(profileDevices ? { profileDevices } : {}),
    ...(profileKeys ? { profileKeys } : {}),
    ...(filesystems ? { filesystems } : {}),
  };
  const record = { ...own, ...shared };
  return same(record, own) ? {} : { [RECORD_MARK]: encodeRecord(record) };
}
