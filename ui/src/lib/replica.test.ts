import { describe, expect, it } from "vitest";

import type { LabStatus, Majority, ReplicaSnapshot } from "$lib/backend/bindings";

import {
  breaksMajority,
  downWords,
  hostBeside,
  isLab,
  labOf,
  lossesSurvived,
  majorityWords,
  memberNotes,
  upCount,
  worstLagSeconds,
} from "./replica";
import { planOfMembers } from "./lab/samples";
import { member } from "./replica/samples";

function majority(over: Partial<Majority> = {}): Majority {
  return {
    voters: 3,
    healthyVoters: 3,
    needed: 2,
    electionMargin: 1,
    writeMajority: 2,
    writeMargin: 1,
    ...over,
  };
}

const lab: LabStatus = {
  state: "running",
  setName: "lab",
  uri: "mongodb://127.0.0.1:1,127.0.0.1:2/?replicaSet=lab",
  mongod: null,
  dataDir: "",
  plan: planOfMembers([{}, {}]),
  attached: false,
  members: [1, 2].map((port) => ({
    id: port,
    host: `127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    running: true,
    frozen: false,
    heldBack: false,
    pid: port,
    inSet: true,
    electable: true,
  })),
  links: [],
  linksByCaller: true,
  steps: [],
};

describe("the words of the pulse", () => {
  it("count who answers", () => {
    expect(upCount([member(), member({ health: "down" }), member({ health: "unknown" })])).toBe(1);
  });

  it("take the worst lag, without a delay that is on purpose", () => {
    expect(
      worstLagSeconds([member({ lagSeconds: 0.4 }), member({ lagSeconds: 3601, delaySeconds: 3600 })]),
    ).toBe(1);
  });

  it("never make a lag of nothing known", () => {
    expect(worstLagSeconds([member({ lagSeconds: null })])).toBeNull();
  });

  it("survive only as many losses as both margins allow", () => {
    expect(lossesSurvived(majority({ electionMargin: 1, writeMargin: 0 }))).toBe(0);
    expect(lossesSurvived(majority({ electionMargin: -1, writeMargin: -1 }))).toBe(0);
  });
});

describe("the words about the majority", () => {
  it("say how many more may be lost", () => {
    expect(majorityWords(majority()).election).toEqual({
      text: "1 more voter may be lost before none can be elected.",
      tone: "good",
    });
  });

  it("warn before the last loss", () => {
    expect(majorityWords(majority({ writeMargin: 0 })).write.tone).toBe("warn");
  });

  it("say what is missing when it is lost", () => {
    expect(majorityWords(majority({ electionMargin: -2 })).election).toEqual({
      text: "No primary can be elected until 2 more voters are up.",
      tone: "down",
    });
  });
});

describe("stopping a member", () => {
  it("breaks the majority when nothing is to spare", () => {
    expect(breaksMajority(member(), majority({ electionMargin: 0 }))).toBe(true);
    expect(breaksMajority(member(), majority({ writeMargin: 0 }))).toBe(true);
  });

  it("breaks nothing with one to spare, without a vote, when already down, or already broken", () => {
    expect(breaksMajority(member(), majority())).toBe(false);
    expect(breaksMajority(member({ votes: 0 }), majority({ electionMargin: 0 }))).toBe(false);
    expect(breaksMajority(member({ health: "down" }), majority({ electionMargin: 0 }))).toBe(false);
    expect(breaksMajority(member(), majority({ electionMargin: -1, writeMargin: -1 }))).toBe(false);
  });
});

describe("telling the lab", () => {
  const of = (...hosts: string[]) =>
    ({ members: hosts.map((host) => member({ host })) }) as unknown as ReplicaSnapshot;

  it("knows it by its connection string or by its members", () => {
    expect(isLab(lab.members.map(({ host }) => host).join(","), null, lab)).toBe(true);
    expect(isLab("127.0.0.1:1", of("127.0.0.1:1", "127.0.0.1:2"), lab)).toBe(true);
  });

  it("knows it by those of its mongods that are in the set, its spares apart", () => {
    expect(isLab("127.0.0.1:1", null, lab)).toBe(true);
    expect(isLab("127.0.0.1:1,127.0.0.1:9", null, lab)).toBe(false);
  });

  it("finds it among several", () => {
    const other = { ...lab, setName: "psa", members: [] };
    expect(labOf("127.0.0.1:1,127.0.0.1:2", null, [other, lab])).toBe(lab);
    expect(labOf("db", null, [other, lab])).toBeNull();
  });

  it("never takes another set for it", () => {
    expect(isLab("db", of("127.0.0.1:1", "db:27017"), lab)).toBe(false);
    expect(isLab("db", null, lab)).toBe(false);
    expect(isLab("db", of(), null)).toBe(false);
  });
});

describe("a member that is down", () => {
  const down = { health: "down", lastHeartbeatMessage: "Error connecting", downSeconds: null } as const;

  it("is explained by what we saw, else by what others heard", () => {
    expect(downWords(member({ ...down, unreachableReason: "connection refused" }), 0)).toBe(
      "connection refused",
    );
    expect(downWords(member(down), 0)).toBe("Error connecting");
    expect(downWords(member({ ...down, lastHeartbeatMessage: "" }), 0)).toBe("does not answer");
  });

  it("is counted on since it was seen so", () => {
    expect(downWords(member({ ...down, downSeconds: 12.5 }), 2)).toBe("Error connecting, 14 s");
  });

  it("is not one that answers", () => {
    expect(downWords(member({ lastHeartbeatMessage: "syncing" }), 0)).toBeNull();
  });
});

describe("the notes on a member", () => {
  it("are none for a plain member, up or down", () => {
    expect(memberNotes(member({ lastHeartbeatMessage: "" }))).toEqual([]);
    expect(memberNotes(member({ health: "down", lastHeartbeatMessage: "Error connecting" }))).toEqual([]);
  });

  it("say what others heard and what is special about it", () => {
    expect(memberNotes(member({ lastHeartbeatMessage: "syncing" }))).toEqual(["syncing"]);
    expect(memberNotes(member({ hidden: true, delaySeconds: 3600, priority: 0 }))).toEqual([
      "hidden",
      "delayed 1 h",
      "cannot become primary",
    ]);
    expect(memberNotes(member({ arbiter: true, priority: 0 }))).toEqual([]);
  });
});

describe("a host beside another", () => {
  it("is its port on the same machine, and whole on another", () => {
    expect(hostBeside("127.0.0.1:27517", "127.0.0.1:27518")).toBe(":27517");
    expect(hostBeside("db1:27017", "db2:27017")).toBe("db1:27017");
  });
});
