/**
 * The command `instance addresses`.
 *
 * @module
 */
import { compareTexts } from "../../../base/order.ts";
import { stringify } from "@std/yaml";
import { EXIT, UsageError } from "../../../base/errors.ts";
import type { Address, InstanceInfo } from "../../../ports/mod.ts";
import { allOwnAddresses } from "../../../run/wait/instance_addresses.ts";
import { checkList, type ListValues, renderList } from "../../output/listing.ts";
import { ADDRESSES } from "../../results/instances.ts";
import type { App } from "../../command/app.ts";
import { csvLine } from "../../output/csv.ts";
import { needExtension } from "../../shared/extensions.ts";
import { projectOf } from "../../shared/operands.ts";
import { applySteps } from "../../shared/apply_steps.ts";
import { fitsName } from "../../shared/name_filter.ts";
import { writeStep } from "../../shared/text_file.ts";

interface Values extends ListValues {
  readonly project: string;
  readonly "dry-run": boolean;
  readonly family: string;
  readonly headers: boolean;
  readonly o: string;
}

/** An address of an instance, under a name that no other instance has. */
export interface HostAddress {
  readonly name: string;
  readonly project: string;
  readonly instance: string;
  readonly interface: string;
  readonly address: string;
}

/** Runs `instance addresses`. */
export async function addresses(values: Values, filters: readonly string[], app: App): Promise<number> {
  const { family } = values;
  if (family !== "inet" && family !== "inet6") {
    throw new UsageError(`--family is inet or inet6, not "${family}"`);
  }
  const render = formOf(values);
  const server = await app.server();
  if (!values.project) await needExtension(server, "instance_all_projects", "looking at all projects");
  const project = values.project ? await projectOf(app, values.project) : undefined;
  const infos = await server.instances(project, { state: true });
  const own = await allOwnAddresses(infos, server);
  const found = hostAddresses(infos.map((info) => ({ ...info, addresses: own.get(info) ?? [] })), family)
    .filter(({ name }) => fitsName(name, filters));
  const text = await render(found, app);
  if (values.o) {
    const path = values.o.startsWith("/") ? values.o : `${app.host.cwd}/${values.o}`;
    const step = writeStep(`Write ${values.o}`, { path, text, mode: 0o644 });
    await applySteps(app, [step], { dryRun: values["dry-run"], passOutput: true });
  } else app.print(text);
  return EXIT.ok;
}

/**
 * Returns the global addresses of instances, by name. Where names clash, those outside of the default project are
 * qualified.
 */
export function hostAddresses(
  infos: readonly InstanceInfo[],
  family: Address["family"],
): readonly HostAddress[] {
  const projects = Map.groupBy(infos, (info) => info.name);
  return infos.flatMap((info) => {
    const clashes = projects.get(info.name)!.length > 1 && info.project !== "default";
    const name = clashes ? `${info.project}_${info.name}` : info.name;
    return (info.addresses ?? [])
      .filter((address) => address.family === family && address.scope === "global")
      .map((address) => ({
        name,
        project: info.project,
        instance: info.name,
        interface: address.interface,
        address: address.address,
      }));
  }).sort((a, b) =>
    compareTexts(a.name, b.name) || compareTexts(a.interface, b.interface) ||
    compareTexts(a.address, b.address)
  );
}

type Render = (found: readonly HostAddress[], app: App) => Promise<string> | string;

/**
 * Returns the function that renders addresses; CSV and YAML have the form of the Go lxops unless columns are requested.
 */
function formOf(values: Values): Render {
  const { format = "csv", headers, columns, json } = values;
  if (json && format !== "csv" && format !== "json") {
    throw new UsageError(`--json and --format ${format} contradict each other`);
  }
  if (!json && !columns && format === "csv") return (found) => csvText(found, headers);
  if (!json && !columns && format === "yaml") return yamlText;
  const shown = { ...values, format: json ? "json" : headers ? `${format},header` : format };
  checkList(ADDRESSES, shown);
  return async (found, app) => await renderList(app, ADDRESSES, found, shown);
}

function csvText(found: readonly HostAddress[], headers: boolean): string {
  return [...(headers ? [["address", "name"]] : []), ...found.map(({ address, name }) => [address, name])]
    .map(csvLine).join("");
}

/** Renders addresses from the last to the first, so that the first address of an instance is kept. */
function yamlText(found: readonly HostAddress[]): string {
  return stringify(Object.fromEntries(found.toReversed().map(({ name, address }) => [name, address])), {
    sortKeys: true,
  });
}
