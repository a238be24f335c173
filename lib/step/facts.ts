/**
 * Facts that steps bring about, and openings that must be closed again, as data.
 *
 * @module
 */
import type { InstanceRef, VolumeRef } from "../ports/mod.ts";

/** An object that a step creates or removes. A volume's project is the one that the volume belongs to. */
export type Fact =
  | { readonly kind: "directory" | "dataset"; readonly name: string }
  | ({ readonly kind: "volume" } & VolumeRef)
  | ({ readonly kind: "instance" | "profile" | "image" } & InstanceRef);

/** A temporary state that a step begins and a later one ends. */
export type Opening =
  | ({
    readonly kind:
      | "freeze"
      | "freeze-note"
      | "stop"
      | "stop-note"
      | "snapshot-note"
      | "extraction"
      | "throw-away";
  } & InstanceRef)
  | {
    readonly kind:
      | "archive"
      | "backup"
      | "clone"
      | "copy"
      | "exported-copy"
      | "import"
      | "new-directories"
      | "replacement"
      | "unfinished-step"
      | "unpacking"
      | "volume-copy";
    /** Path or name of what is open. */
    readonly name: string;
  };

/** Returns a text that is the same for equal facts only. */
export function factKey(fact: Fact): string {
  return `${fact.kind}:${nameIn(fact, "default/")}`;
}

/** Returns a fact as messages name it, with the project where it is not the default one. */
export function factText(fact: Fact): string {
  return `${fact.kind} ${nameIn(fact, "")}`;
}

function nameIn(fact: Fact, defaultProject: string): string {
  if (!("project" in fact)) return fact.name;
  const project = (fact.project || "default") === "default" ? defaultProject : `${fact.project}/`;
  return `${project}${fact.kind === "volume" ? `${fact.pool}/` : ""}${fact.name}`;
}

/** Returns a text that is the same for equal openings only. */
export function openingKey(opening: Opening): string {
  const project = "project" in opening ? `${opening.project || "default"}/` : "";
  return `${opening.kind} ${project}${opening.name}`;
}
