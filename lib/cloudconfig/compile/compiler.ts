/**
 * Compiles cloud-config files to items, by a set of sections that has all of their keys.
 *
 * @module
 */
import type { CloudConfigOf } from "../model/config.ts";
import type { Item } from "../model/item.ts";
import type { AccountNames } from "../model/known_ids.ts";
import type { OSType } from "../model/ostype.ts";
import type { SectionSet } from "../model/section.ts";
import type { CloudConfig, Values } from "../sections/mod.ts";
import { accountsOf } from "../sections/users/accounts.ts";
import { assemble, type CompileOptions } from "./assemble.ts";

/** A compiler of cloud-config files to items. */
export interface Compiler {
  readonly compile: (
    configs: readonly CloudConfig[],
    os: OSType,
    options: CompileOptions,
  ) => readonly Item[];
  /** Lists the keys of files that are for other operating systems, in a sentence each. */
  readonly leftOut: (configs: readonly CloudConfig[], os: OSType) => readonly string[];
  /** Returns the names of the users and groups that files make. */
  readonly accounts: (configs: readonly CloudConfig[], os: OSType) => AccountNames;
}

/** Returns a compiler for files that have only keys of a set. */
export function compilerOf<V extends Values>(set: SectionSet<V>): Compiler {
  return {
    compile: (configs, os, options) =>
      assemble(set.sections, configs as readonly CloudConfigOf<V>[], os, options),
    leftOut: (configs, os) => leftOut(set, configs, os),
    accounts,
  };
}

function accounts(configs: readonly CloudConfig[], os: OSType): AccountNames {
  const users = configs.flatMap(({ values }) => [...accountsOf(values, os).users.values()])
    .map(({ user }) => user);
  const groups = configs.flatMap(({ values }) => values.groups ?? []).map(({ name }) => name);
  return {
    // An id that the file gives counts, and no other one.
    users: new Set(users.filter(({ uid }) => uid === undefined).map(({ name }) => name)),
    groups: new Set([
      ...groups,
      ...users.flatMap(({ name, primary_group, groups = [] }) => [name, primary_group ?? name, ...groups]),
    ]),
  };
}

function leftOut(set: Pick<SectionSet<never>, "sections">, configs: readonly CloudConfig[], os: OSType) {
  const managers = set.sections.flatMap(({ managers = {} }) => Object.entries(managers));
  return configs.flatMap(({ values, locate }) =>
    managers.flatMap(([key, manager]) => {
      if (values[key as keyof Values] === undefined || manager === os.packageManager) return [];
      const { file, line } = locate([key]);
      return [`"${key}" (${file}:${line}) is not for ${os.name} and is left out`];
    })
  );
}
