/**
 * Comparison of an instance, as it tells about itself, with the items that were applied to it.
 *
 * @module
 */
import { groupDrift, keysDrift, passwordDrift, userDrift } from "./accounts.ts";
import type { Facts } from "./answer.ts";
import type { FoundDrift, GuestComparison, Told } from "./drift.ts";
import { absentDrift, fileDrift, lineDrift, variableDrift } from "./files.ts";
import { nameOf, type Subject } from "./subjects.ts";
import {
  hostnameDrift,
  hostsDrift,
  localeDrift,
  mountDrift,
  packageDrift,
  provided,
  serviceDrift,
  sshdDrift,
  trustDrift,
  zoneDrift,
} from "./system.ts";

/** A look at an instance: its name, the salt of hashes, and what it told. */
export interface Look {
  readonly instance: string;
  readonly salt: string;
  readonly facts: Facts;
}

/** Compares the things of an instance with what it tells. */
export function compareGuest(subjects: readonly Subject[], look: Look): GuestComparison {
  const lines = subjects.filter(({ check }) => check.kind === "line");
  const others = provided(look.facts);
  const told = subjects.map((subject) => ({
    subject,
    told: toldOf(subject, look, { others, line: lines.indexOf(subject) }),
  }));
  return {
    drifts: told.flatMap(({ subject: { items }, told }) =>
      told === "unknown" ? [] : told.map((drift): FoundDrift => ({ ...drift, items }))
    ),
    compared: told.filter(({ told }) => told !== "unknown").length,
    unknown: told.filter(({ told }) => told === "unknown").length,
    untold: told.flatMap(({ subject: { check }, told }) => told === "unknown" ? nameOf(check) : []),
  };
}

function toldOf(
  { check, mayVanish }: Subject,
  { instance, salt, facts }: Look,
  { others, line }: { readonly others: ReadonlySet<string>; readonly line: number },
): Told {
  switch (check.kind) {
    case "file":
      return fileDrift(check, { facts, salt, mayVanish });
    case "line":
      return lineDrift(check, facts, line);
    case "variable":
      return variableDrift(check, facts);
    case "user":
      return userDrift(check, facts);
    case "group":
      return groupDrift(check, facts);
    case "keys":
      return keysDrift(check, facts);
    case "password":
      return passwordDrift(check, facts, salt);
    case "package":
      return packageDrift(check, facts, others);
    case "service":
      return serviceDrift(check, facts);
    case "zone":
      return zoneDrift(check, facts);
    case "hostname":
      return hostnameDrift(check, facts, instance);
    case "hosts":
      return hostsDrift(check, facts);
    case "sshd":
      return sshdDrift(check, facts);
    case "mount":
      return mountDrift(check, facts);
    case "absent":
      return absentDrift(check, facts);
    case "locale":
      return localeDrift(check, facts);
    case "trust":
      return trustDrift(check, facts);
  }
}
