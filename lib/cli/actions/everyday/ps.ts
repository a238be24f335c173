/**
 * `ps`: instances at a glance.
 *
 * @module
 */
import { EXIT, ServerError } from "../../../base/errors.ts";
import { CONFIG_MARK, hasMark, IMAGE_MARK } from "../../../plan/instance/ownership.ts";
import { publishedPorts } from "../../../plan/everyday/ports.ts";
import { isAside, roleOf } from "../../../plan/instance/spare.ts";
import type { Address, ImageInfo, InstanceInfo } from "../../../ports/mod.ts";
import type { App } from "../../command/app.ts";
import { printable } from "../../output/output.ts";
import { checkList, type ListValues, printList } from "../../output/listing.ts";
import { PS } from "../../results/instances.ts";
import type { RowOf } from "../../results/shape.ts";
import {
  existingPlaces,
  type FoundPlace,
  type NamedPlace,
  type PlaceValues,
  readablePlaces,
  type ReadPlaces,
} from "../../places/places.ts";
import { withTargets } from "../../places/sources.ts";
import { fitsName, isPattern } from "../../shared/name_filter.ts";
import { projectOf, remoteOf } from "../../shared/operands.ts";
import { keyOf } from "../../shared/subjects.ts";
import { ageText } from "../instance/list.ts";

interface Values extends PlaceValues, ListValues {
  readonly all: boolean;
  readonly quiet: boolean;
  readonly check: boolean;
}

/** Runs `ps`. */
export async function ps(values: Values, operands: readonly string[], app: App): Promise<number> {
  checkList(PS, values);
  const { places, wrong } = await shownPlaces(values, operands, app);
  const found = await withStates(places);
  const { differencesOf, isOutdated } = await import("./ps_changes.ts");
  const [images, health, differences] = await Promise.all([
    imagesOf(found),
    values.check ? healthOf(found, values) : new Map<string, string>(),
    values.quiet ? new Map<string, readonly string[]>() : differencesOf(found, values),
  ]);
  const absent = places.filter((place) => found.every((one) => keyOf(one) !== keyOf(place)));
  const rows = [
    ...found.map((place) =>
      rowOf(place, images, {
        health: health.get(keyOf(place)) ?? "",
        differences: differences.get(keyOf(place)),
        isOutdated,
        now: Date.now(),
      })
    ),
    ...absent.map(absentRow),
  ].sort((a, b) => a.project < b.project ? -1 : a.project > b.project ? 1 : a.name < b.name ? -1 : 1);
  if (values.quiet) {
    app.print(rows.filter(({ state }) => state !== ABSENT).map(({ name }) => `${name}\n`).join(""));
  } else {
    const [name, state, ...more] = PS.columns;
    const shownColumns = [name!, state!, ...values.check ? ["health"] : [], ...more];
    await printList(app, PS, rows, { ...values, shownColumns });
  }
  if (rows.some((row) => row.health === "unhealthy")) return EXIT.command;
  return wrong.length > 0 ? EXIT.config : EXIT.ok;
}

/** The state of an instance that a file describes and the daemon does not have. */
const ABSENT = "absent";

/** Returns the instances that operands mean; without any, those of the working directory, or else all of lxops. */
async function shownPlaces(values: Values, operands: readonly string[], app: App): Promise<ReadPlaces> {
  const isName = (operand: string) => isPattern(operand) && !operand.includes("/");
  const patterns = operands.filter(isName);
  if (patterns.length > 0) {
    const others = operands.filter((operand) => !isName(operand));
    const named = others.length > 0 ? await readablePlaces(others, values, app) : NONE;
    const all = [
      ...named.places,
      ...(await Promise.all(patterns.map((one) => fittingPlaces(one, values, app)))).flat(),
    ];
    return { ...named, places: [...new Map(all.map((place) => [keyOf(place), place])).values()] };
  }
  if (operands.length > 0) return await readablePlaces(operands, values, app);
  if (!values.all) {
    const { configurationsOf } = await import("../../shared/search.ts");
    const files = await configurationsOf(".", app).catch(() => []);
    if (files.length > 0) return await readablePlaces(files, values, app);
  }
  return { ...NONE, places: await fittingPlaces("*", values, app) };
}

const NONE: ReadPlaces = { places: [], wrong: [] };

/** Returns the instances of a project whose names fit a pattern, at the remote that stands before it. */
async function fittingPlaces(pattern: string, values: Values, own: App): Promise<readonly NamedPlace[]> {
  const { app, name } = remoteOf(own, pattern);
  const project = await projectOf(app, values.project);
  const infos = await (await app.server()).instances(project);
  return infos.filter((info) => (values.all || isMade(info)) && fitsName(info.name, [name]))
    .map((info) => ({ app, ref: { project, name: info.name } }));
}

function isMade(info: InstanceInfo): boolean {
  return hasMark(info) || info.profiles.includes(`${info.name}.lxops`);
}

/** The number of instances up to which each is asked for its state by itself. */
const FEW = 3;

/** Looks instances up with their addresses: a few each by itself, and more of them with their whole project. */
async function withStates(places: readonly NamedPlace[]): Promise<readonly FoundPlace[]> {
  const groups = Map.groupBy(places, ({ app, ref }) => `${app.globals.remote} ${ref.project || "default"}`);
  const all = await Promise.all([...groups.values()].map(async (group): Promise<readonly FoundPlace[]> => {
    const { app, ref } = group[0]!;
    const server = await app.server();
    // The daemon refuses all of them where it cannot tell the state of one.
    const infos = group.length > FEW
      ? await server.instances(ref.project, { state: true }).catch(unlessRefused)
      : undefined;
    if (infos) {
      return group.flatMap((place) => {
        const info = infos.find(({ name }) => name === place.ref.name);
        return info ? [{ ...place, info }] : [];
      });
    }
    const found = await existingPlaces(group);
    return await Promise.all(found.map(async (place) => {
      if (place.info.status !== "Running") return place;
      const state = await server.instanceState(place.ref).catch((error) => withoutState(error, place));
      return state ? { ...place, info: { ...place.info, ...state } } : place;
    }));
  }));
  return all.flat();
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ServerError) || error.status < 500) throw error;
}

/** Tells that a daemon does not tell the state of an instance, such as just after a start that failed. */
function withoutState(error: unknown, { app, ref }: FoundPlace): undefined {
  if (!(error instanceof ServerError) || error.status === 0) throw error;
  app.complain(printable(`note: ${ref.name}: its addresses are not known: ${error.message}`));
}

/** Images by daemon and project. */
type Images = ReadonlyMap<string, readonly ImageInfo[]>;

const imagesKey = (app: App, project: string) => `${app.globals.remote} ${project || "default"}`;

async function imagesOf(found: readonly FoundPlace[]): Promise<Images> {
  const groups = Map.groupBy(found, ({ app, ref }) => imagesKey(app, ref.project));
  return new Map(
    await Promise.all([...groups].map(async ([key, group]) => {
      const { app, ref: { project } } = group[0]!;
      return [key, await (await app.server()).images(project)] as const;
    })),
  );
}

interface Facts {
  readonly health: string;
  /** Parts in which it differs from its configuration; absent: that is not known. */
  readonly differences: readonly string[] | undefined;
  readonly isOutdated: (info: InstanceInfo, images: readonly ImageInfo[]) => boolean | undefined;
  readonly now: number;
}

function rowOf(
  { app, ref, info, target }: FoundPlace,
  images: Images,
  { health, differences, isOutdated, now }: Facts,
): RowOf<typeof PS> {
  const { config } = info;
  const all = images.get(imagesKey(app, ref.project)) ?? [];
  const image = all.find(({ fingerprint }) => fingerprint === config["volatile.base_image"]);
  // A spare stands aside: it publishes nothing, and no file describes it.
  const aside = isAside(info);
  const outdated = aside ? undefined : isOutdated(info, all);
  const made = Date.parse(image?.uploadedAt ?? "");
  return {
    project: ref.project || "default",
    name: info.name,
    state: aside ? `${info.status} (${roleOf(info)})` : info.status,
    health,
    addresses: shownAddresses(info.addresses ?? []),
    ports: aside ? [] : publishedPorts(info),
    image: config[IMAGE_MARK] ?? config["image.description"] ?? config["volatile.base_image"]?.slice(0, 12) ??
      "",
    // Of the image, which the daemon may not have any more.
    age: made > 0 ? ageText(now - made) : "-",
    changes: aside ? "-" : changesText(differences, outdated ?? false),
    outdated: outdated ?? null,
    fingerprint: config["volatile.base_image"] ?? "",
    imageCreated: image?.uploadedAt ?? "",
    created: info.createdAt,
    config: config[CONFIG_MARK] ?? target?.instance.file ?? "",
  };
}

/** Returns the parts that differ as text; an image that is outdated is one of them. */
function changesText(differences: readonly string[] | undefined, outdated: boolean): string {
  if (differences === undefined) return outdated ? "image" : "?";
  const isNamed = differences.some((part) => part === "image" || part === "instance");
  return [...(outdated && !isNamed ? ["image"] : []), ...differences].join(", ") || "-";
}

function absentRow({ ref, target }: NamedPlace): RowOf<typeof PS> {
  return {
    project: ref.project || "default",
    name: ref.name,
    state: ABSENT,
    health: "",
    addresses: [],
    ports: [],
    image: target?.instance.image ?? "",
    age: "-",
    changes: "instance",
    outdated: null,
    fingerprint: "",
    imageCreated: "",
    created: "",
    config: target?.instance.file ?? "",
  };
}

/** Returns the addresses that others can reach, those of IPv4 first. */
function shownAddresses(addresses: readonly Address[]): readonly string[] {
  const global = addresses.filter(({ scope }) => scope === "global");
  const of = (family: string) => global.filter((one) => one.family === family).map(({ address }) => address);
  return [...of("inet"), ...of("inet6")];
}

/** Runs the checks of running instances, each once, and returns `healthy` or `unhealthy` of those that have some. */
async function healthOf(found: readonly FoundPlace[], values: Values): Promise<ReadonlyMap<string, string>> {
  const { checkSteps } = await import("../../../plan/lifecycle/checks.ts");
  const health = new Map<string, string>();
  const described = await withTargets(found, values);
  for (const group of Map.groupBy(described, ({ app }) => app.globals.remote).values()) {
    const { app } = group[0]!;
    const running = group.filter(({ info }) => info.status === "Running");
    const checked = running.filter(({ target }) => target && target.instance.config.checks.length > 0);
    if (checked.length === 0) continue;
    const there = { server: await (await app.server()).server() };
    const each = checked.flatMap((place) =>
      checkSteps(place.target!, there, false).map((step) => ({
        instance: place.ref,
        steps: [step.effect.kind === "check" ? { ...step, effect: { ...step.effect, retries: 1 } } : step],
      }))
    );
    const failures = each.length === 0 ? [] : await app.apply({ first: [], each }, {
      dryRun: false,
      parallel: 8,
      undoOnFailure: false,
      verbose: false,
      quiet: true,
    });
    for (const place of checked) {
      const own = each.filter(({ instance }) => instance === place.ref);
      const failed = own.some(({ steps: [step] }) => failures.some((failure) => failure.step === step));
      health.set(keyOf(place), failed ? "unhealthy" : "healthy");
    }
  }
  return health;
}
