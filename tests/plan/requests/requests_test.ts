/**
 * Every request that a plan can have, and every path that is looked at, with its path and its body in
 * `requests.txt`. `UPDATE_GOLDEN=1 deno test -A tests/plan/requests/requests_test.ts` writes it anew.
 */
import * as network from "../../../lib/plan/requests/networks.ts";
import * as image from "../../../lib/plan/requests/images.ts";
import * as reads from "../../../lib/plan/requests/reads.ts";
import * as plan from "../../../lib/plan/requests/instances.ts";
import * as trust from "../../../lib/plan/requests/certificates.ts";
import * as volume from "../../../lib/plan/requests/volumes.ts";
import { assertEquals } from "@std/assert";
import { assertGolden, type Samples } from "../../golden/requests.ts";

const c1 = { project: "default", name: "c1" };
const web = { project: "web", name: "c1" };
const v1 = { project: "default", pool: "p", name: "v1" };
const webVolume = { project: "web", pool: "p", name: "v1" };
const F = "f00d".repeat(16);

const BODY: plan.InstanceBody = {
  name: "c1",
  type: "container",
  source: { type: "image", fingerprint: F },
  profiles: ["default", "c1.lxops"],
  config: { "user.a": "b" },
  devices: { root: { type: "disk", path: "/", pool: "p" } },
  ephemeral: false,
  description: "",
};
const PULL: plan.ImageSource = {
  type: "image",
  mode: "pull",
  server: "https://images.example",
  protocol: "simplestreams",
  alias: "alpine/3.22",
};
const COPY: plan.ImageSource = { type: "copy", source: "a/s1", project: "web", instance_only: true };
const PROFILE: plan.ProfileBody = { description: "d", config: { "user.a": "b" }, devices: {} };
const PUBLISHED = { aliases: [{ name: "x" }], properties: { os: "debian" }, public: false } as const;

const SAMPLES: Samples = {
  createIsolatedNetwork: [
    () => network.createIsolatedNetwork("default", "lxr0a0b0c", 5, true),
    () => network.createIsolatedNetwork("web", "lxr0a0b0c", 511, false),
  ],
  createClosedAcl: [() => network.createClosedAcl("web", "lxr0a0b0c")],
  deleteAcl: [() => network.deleteAcl("web", "lxr0a0b0c")],
  deleteNetwork: [() => network.deleteNetwork("web", "lxr0a0b0c")],
  createInstance: [
    () => plan.createInstance("default", BODY),
    () => plan.createInstance("web", { ...BODY, source: PULL, ephemeral: true, instance_type: "c2-m4" }),
    () => plan.createInstance("web", { ...BODY, source: COPY, profiles: [] }),
    () => plan.createInstance("default", { ...BODY, type: "virtual-machine" }),
    () => plan.createInstance("default", BODY, "member2"),
    () => plan.createInstance("web", { ...BODY, source: COPY }, "@group 1"),
  ],
  startInstance: [() => plan.startInstance(c1), () => plan.startInstance(web)],
  stopInstance: [() => plan.stopInstance(c1, 5)],
  restartInstance: [() => plan.restartInstance(c1, 5), () => plan.restartInstance(c1, 0)],
  killInstance: [() => plan.killInstance(c1)],
  freezeInstance: [() => plan.freezeInstance(c1)],
  unfreezeInstance: [() => plan.unfreezeInstance(c1)],
  deleteInstance: [() => plan.deleteInstance(c1), () => plan.deleteInstance(web)],
  createSnapshot: [() => plan.createSnapshot(c1, "s1")],
  restoreInstance: [() => plan.restoreInstance(c1, "s1")],
  createBackup: [() => plan.createBackup(c1, "lxops"), () => plan.createBackup(web, "b")],
  deleteSnapshot: [() => plan.deleteSnapshot(c1, "s1"), () => plan.deleteSnapshot(web, "s/1?")],
  renameInstance: [() => plan.renameInstance(c1, "c2")],
  patchInstance: [
    () => plan.patchInstance(c1, { config: { "user.a": "" } }),
    () => plan.patchInstance(c1, { profiles: ["default"], devices: {} }),
  ],
  putInstance: [
    () =>
      plan.putInstance(web, {
        architecture: "x86_64",
        config: { "user.a": "b" },
        description: "d",
        devices: {},
        ephemeral: false,
        profiles: ["default"],
      }),
  ],
  rebuildInstance: [
    () => plan.rebuildInstance(c1, { type: "image", fingerprint: F }),
    () => plan.rebuildInstance(web, PULL),
  ],
  createProfile: [() => plan.createProfile("default", "c1.lxops", PROFILE)],
  patchProfile: [() => plan.patchProfile("web", "lxops.lock.web.c1", { config: { "user.a": "1" } })],
  updateProfile: [() => plan.updateProfile("web", "c1.lxops", PROFILE)],
  renameProfile: [() => plan.renameProfile("default", "c1.lxops", "c2.lxops")],
  deleteProfile: [() => plan.deleteProfile("default", "c1.lxops")],
  downloadImage: [() => plan.downloadImage("web", PULL)],
  publishImage: [
    () => image.publishImage("default", { source: { type: "container", name: "c1" }, ...PUBLISHED }),
    () =>
      image.publishImage("web", {
        source: { type: "snapshot", name: "c1/s1" },
        ...PUBLISHED,
        compression_algorithm: "none",
        format: "split",
      }),
  ],
  pullImage: [
    () => image.pullImage("default", PULL, { aliases: [], autoUpdate: false, public: false }),
    () => image.pullImage("web", PULL, { aliases: ["a", "b"], autoUpdate: true, public: true }),
  ],
  refreshImage: [() => image.refreshImage("web", F)],
  deleteImage: [() => image.deleteImage("default", F), () => image.deleteImage("web", F)],
  createAlias: [() => image.createAlias("web", "a/b", F, "d")],
  noteOnImage: [() => image.noteOnImage("web", F, { "a.b": "c" })],
  replaceImage: [() => image.replaceImage("web", F, { public: true, properties: { "a.b": "c" } })],
  moveAlias: [() => image.moveAlias("web", "a/b", F)],
  deleteAlias: [() => image.deleteAlias("default", "a/b")],
  imageExport: [() => reads.imageExport("default", F)],
  imagePath: [() => reads.imagePath("web", F)],
  fullInstancePath: [() => reads.fullInstancePath(web)],
  snapshotsPath: [() => reads.snapshotsPath(c1)],
  fullSnapshotsPath: [() => reads.fullSnapshotsPath(c1)],
  snapshotPath: [() => reads.snapshotPath(web, "s/1?")],
  logsPath: [() => reads.logsPath(c1)],
  logPath: [() => reads.logPath(c1, "../lxc.log")],
  consolePath: [() => reads.consolePath(c1)],
  membersPath: [() => reads.membersPath()],
  memberStatesPath: [() => reads.memberStatesPath()],
  instanceNamesPath: [() => reads.instanceNamesPath("default"), () => reads.instanceNamesPath("web")],
  profileNamesPath: [() => reads.profileNamesPath("default"), () => reads.profileNamesPath("web")],
  instancesWith: [
    () => reads.instancesWith("default", { "user.a": "b" }),
    () => reads.instancesWith("web", { "user.a": "b", "user.c": "d" }),
  ],
  operationsPath: [() => reads.operationsPath("default"), () => reads.operationsPath("web")],
  backupPath: [() => reads.backupPath(web, "lxops")],
  aclPath: [() => reads.aclPath("web", "lxr0a0b0c")],
  networkPath: [() => reads.networkPath("web", "br0")],
  leasesPath: [() => reads.leasesPath("web", "br0")],
  profilePath: [() => reads.profilePath("default", "a b")],
  aliasPath: [() => reads.aliasPath("web", "alpine/3.22")],
  daemonPath: [() => reads.daemonPath()],
  networksPath: [() => reads.networksPath("web")],
  profilesPath: [() => reads.profilesPath("web")],
  poolsPath: [() => reads.poolsPath("web")],
  poolRoomPath: [() => reads.poolRoomPath("fast pool")],
  volumeUrl: [
    () => volume.volumeUrl(v1),
    () => volume.volumeUrl(webVolume, ["snapshots"], { recursion: "1" }),
  ],
  createVolume: [
    () => volume.createVolume(v1, { size: "1GiB" }),
    () => volume.createVolume(webVolume, {}, "member2"),
  ],
  copyVolume: [
    () => volume.copyVolume(v1, undefined, { ...v1, name: "v2" }),
    () => volume.copyVolume(v1, "s1", webVolume, "member2"),
  ],
  patchVolume: [() => volume.patchVolume(v1, { "user.a": "b" })],
  renameVolume: [() => volume.renameVolume(webVolume, "v2")],
  deleteVolume: [() => volume.deleteVolume(webVolume)],
  createVolumeSnapshot: [() => volume.createVolumeSnapshot(v1, "s1")],
  deleteVolumeSnapshot: [() => volume.deleteVolumeSnapshot(webVolume, "s/1?")],
  restoreVolume: [() => volume.restoreVolume(v1, "s1")],
  createVolumeBackup: [() => volume.createVolumeBackup(v1, "b")],
  deleteVolumeBackup: [() => volume.deleteVolumeBackup(webVolume, "b")],
  trustClient: [() => trust.trustClient("T")],
};

Deno.test("requests of plans and paths that are looked at are the golden ones", async () => {
  const golden = new URL("../requests.txt", import.meta.url);
  await assertGolden([plan, image, reads, trust, volume, network], SAMPLES, golden, ["projectPath"]);
});

Deno.test("no module of plan that makes requests is left out of the golden file", async () => {
  const found = await Array.fromAsync(Deno.readDir(new URL("../../../lib/plan/requests/", import.meta.url)));
  const own = await Deno.readTextFile(new URL(import.meta.url));
  const modules = found.map(({ name }) => name).filter((name) => name.endsWith(".ts"));
  assertEquals(modules.filter((name) => !own.includes(`/lib/plan/requests/${name}"`)), []);
});
