import { describe, expect, it, vi } from "vitest";

import type { LabMember, LabStatus, LabStep } from "$lib/backend";

import { planOfMembers } from "$lib/lab/samples";

import { failure, fakeBackend, later } from "./fake-backend";
import { Labs } from "./lab.svelte";

const status: LabStatus = {
  state: "running",
  setName: "lab",
  uri: "mongodb://127.0.0.1:1/?replicaSet=lab",
  mongod: null,
  dataDir: "/data",
  plan: planOfMembers([{}, {}, {}]),
  attached: false,
  members: [],
  links: [],
  linksByCaller: true,
  steps: [],
};

const step = (index: number, elapsedMs: number | null): LabStep => ({
  index,
  kind: "startMember",
  command: `mongod --port ${index}`,
  elapsedMs,
});

const member: LabMember = {
  id: 2,
  host: "127.0.0.1:3",
  address: "127.0.0.1:3",
  running: true,
  frozen: false,
  heldBack: false,
  pid: 3,
  inSet: true,
  electable: true,
};

describe("the labs", () => {
  it("shows each step once, in order, with the time it took", async () => {
    let tell: (step: LabStep) => void = () => undefined;
    const started = later<LabStatus>();
    const lab = new Labs(
      fakeBackend({
        labStart: (_request, listener) => {
          tell = listener;
          return started.promise;
        },
      }),
    );
    const start = lab.start();
    expect(lab.starting).toBe(true);
    tell(step(1, null));
    tell(step(0, 12));
    tell(step(1, 34));
    expect(lab.steps).toEqual([step(0, 12), step(1, 34)]);
    started.resolve(status);
    expect(await start).toBe(status);
    expect(lab.starting).toBe(false);
  });

  it("says why it did not start, and can be started again", async () => {
    const labStart = vi.fn<() => Promise<LabStatus>>().mockRejectedValueOnce(failure("no mongod"));
    labStart.mockResolvedValueOnce(status);
    const lab = new Labs(fakeBackend({ labStart }));
    expect(await lab.start()).toBeNull();
    expect(lab.error?.message).toBe("no mongod");
    expect(await lab.start()).toBe(status);
    expect(lab.error).toBeNull();
  });

  it("stops a member once, however often it is asked", async () => {
    const stopped = later<LabStatus>();
    const labStopMember = vi.fn(() => stopped.promise);
    const lab = new Labs(fakeBackend({ labStopMember }));
    const first = lab.act("lab", member, "stop");
    void lab.act("lab", member, "stop");
    expect(lab.pending("lab", 2)).toBe("stop");
    expect(lab.pending("lab", 1)).toBeNull();
    expect(lab.pending("other", 2)).toBeNull();
    stopped.resolve(status);
    await first;
    expect(labStopMember).toHaveBeenCalledOnce();
    expect(lab.pending("lab", 2)).toBeNull();
  });

  it("says why a member could not be stopped", async () => {
    const lab = new Labs(fakeBackend({ labStopMember: () => Promise.reject(failure("not from here")) }));
    await lab.act("lab", member, "stop");
    expect(lab.changeError?.message).toBe("not from here");
    expect(lab.pending("lab", 2)).toBeNull();
    expect(lab.done[0]).toMatchObject({ what: "Stop 127.0.0.1:3", failed: true, steps: [] });
  });

  it("keeps what was done with its commands, the latest first, and what the lab is since", async () => {
    const frozen = { ...status, members: [{ ...member, frozen: true }], steps: [step(0, 5)] };
    const labFault = vi.fn(() => Promise.resolve(frozen));
    const labSetLinks = vi.fn(() => Promise.resolve({ ...status, steps: [step(0, 1), step(1, 2)] }));
    const labs = new Labs(fakeBackend({ labFault, labSetLinks, labs: () => Promise.resolve([status]) }));
    await labs.load();
    await labs.act("lab", member, "freeze");
    expect(labFault).toHaveBeenCalledWith({ lab: "lab", member: 2, fault: "freeze" });
    expect(labs.byName("lab")?.members[0]?.frozen).toBe(true);
    await labs.setLinks("lab", [{ from: 0, to: 1, policy: { kind: "refuse" } }], "a cut");
    expect(labs.done.map(({ what, steps }) => [what, steps.length])).toEqual([
      ["a cut", 2],
      ["Freeze 127.0.0.1:3", 1],
    ]);
    expect(labs.all).toHaveLength(1);
  });

  it("does not take a list that was asked for before a change for newer than the change", async () => {
    const list = later<LabStatus[]>();
    const healed = { ...status, dataDir: "/healed" };
    const labs = new Labs(fakeBackend({ labs: () => list.promise, labHeal: () => Promise.resolve(healed) }));
    const loading = labs.load();
    await labs.heal("lab");
    list.resolve([status]);
    await loading;
    expect(labs.byName("lab")).toBe(healed);
  });

  it("starts several side by side, each under the name of its plan", async () => {
    const labStart = vi.fn(() => Promise.resolve({ ...status, setName: "psa" }));
    const labs = new Labs(fakeBackend({ labStart, labs: () => Promise.resolve([status]) }));
    await labs.load();
    await labs.start({ plan: planOfMembers([], { name: "psa" }) });
    expect(labs.subject).toBe("psa");
    expect(labs.all.map(({ setName }) => setName)).toEqual(["lab", "psa"]);
  });

  it("forgets a lab that was removed, and what was done to it", async () => {
    let there = [status, { ...status, setName: "psa" }];
    const labs = new Labs(
      fakeBackend({
        labs: () => Promise.resolve(there),
        labHeal: () => Promise.resolve({ ...status, setName: "psa" }),
        labRemove: () => {
          there = [status];
          return Promise.resolve(null);
        },
      }),
    );
    await labs.load();
    await labs.heal("psa");
    expect(await labs.remove("psa")).toBe(true);
    expect(labs.all).toEqual([status]);
    expect(labs.done).toEqual([]);
  });
});
