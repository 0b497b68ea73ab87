//! `serverStatus`, and how full the oplog is.

use bson::Document;

use super::fields::{count, inside, integer, millis, number, seconds, text};

/// What `serverStatus` tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Figures {
    /// `localTime`, milliseconds since 1970 by the member's clock.
    pub(crate) local_ms: Option<i64>,
    pub(crate) uptime_seconds: Option<f64>,
    pub(crate) operations: Option<Operations>,
    pub(crate) oplog: Option<OplogEnds>,
    /// `oplogTruncation.oplogMinRetentionHours`.
    pub(crate) retention_hours: Option<f64>,
    /// `oplogTruncation.truncateCount`: above 0 once old entries were removed.
    pub(crate) truncations: Option<i64>,
    /// `connections.current` and `.available`.
    pub(crate) connections: Option<(u32, u32)>,
    /// `wiredTiger.cache`: tracked dirty bytes, and bytes in it, as shares of its maximum, 0 to 1.
    pub(crate) cache_dirty: Option<f64>,
    pub(crate) cache_used: Option<f64>,
    /// `flowControl.isLagged`.
    pub(crate) flow_lagged: Option<bool>,
    /// `electionMetrics`: elections called, of whatever reason.
    pub(crate) elections_called: Option<i64>,
    /// `defaultRWConcern.defaultWriteConcern.w`: how many members acknowledge a write that says nothing of it.
    pub(crate) write_concern: Option<String>,
}

/// `opcounters`, counted since the process started.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Operations {
    pub(crate) insert: f64,
    pub(crate) query: f64,
    pub(crate) update: f64,
    pub(crate) delete: f64,
    pub(crate) getmore: f64,
    pub(crate) command: f64,
}

/// Both ends of the oplog, seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OplogEnds {
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// How much of its room the oplog takes, bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OplogRoom {
    pub(crate) size: f64,
    pub(crate) limit: f64,
}

impl Figures {
    /// The sections of `serverStatus` that are read; the others are left out by name, because they are long.
    pub(crate) fn command() -> Document {
        let mut command = bson::doc! { "serverStatus": 1, "oplog": 1 };
        for section in [
            "asserts",
            "batchedDeletes",
            "bucketCatalog",
            "catalogStats",
            "changeStreamPreImages",
            "collectionCatalog",
            "encryptionAtRest",
            "extra_info",
            "featureCompatibilityVersion",
            "freeMonitoring",
            "globalLock",
            "health",
            "indexBuilds",
            "indexBulkBuilder",
            "indexStats",
            "internalTransactions",
            "Instance",
            "locks",
            "logicalSessionRecordCache",
            "metrics",
            "network",
            "networkConnectionPool",
            "opLatencies",
            "opReadConcernCounters",
            "opWriteConcernCounters",
            "planCache",
            "profiler",
            "queryAnalyzers",
            "queues",
            "querySettings",
            "readConcernCounters",
            "readPreferenceCounters",
            "repl",
            "scramCache",
            "security",
            "shardSplits",
            "sharding",
            "shardingStatistics",
            "spillWiredTiger",
            "storageEngine",
            "tcmalloc",
            "tenantMigrations",
            "trafficRecording",
            "transactions",
            "transportSecurity",
            "twoPhaseCommitCoordinator",
            "watchdog",
        ] {
            command.insert(section, 0);
        }
        command
    }

    pub(crate) fn read(status: &Document) -> Self {
        let truncation = status.get_document("oplogTruncation").ok();
        let cache = inside(status, &["wiredTiger", "cache"]);
        let share = |key| {
            let limit = number(cache?, "maximum bytes configured").filter(|limit| *limit > 0.0)?;
            Some(number(cache?, key)? / limit)
        };
        Self {
            local_ms: millis(status, "localTime"),
            uptime_seconds: number(status, "uptime"),
            operations: status.get_document("opcounters").ok().map(Operations::read),
            oplog: status.get_document("oplog").ok().and_then(|oplog| {
                Some(OplogEnds {
                    first: seconds(oplog, "earliestOptime")?,
                    last: seconds(oplog, "latestOptime")?,
                })
            }),
            retention_hours: truncation
                .and_then(|truncation| number(truncation, "oplogMinRetentionHours"))
                .filter(|hours| *hours > 0.0),
            truncations: truncation.and_then(|truncation| integer(truncation, "truncateCount")),
            connections: status.get_document("connections").ok().and_then(|connections| {
                Some((count(connections, "current")?, count(connections, "available")?))
            }),
            cache_dirty: share("tracked dirty bytes in the cache"),
            cache_used: share("bytes currently in the cache"),
            flow_lagged: inside(status, &["flowControl"]).and_then(|flow| flow.get_bool("isLagged").ok()),
            elections_called: status.get_document("electionMetrics").ok().map(elections_called),
            write_concern: inside(status, &["defaultRWConcern", "defaultWriteConcern"])
                .and_then(|concern| text(concern, "w").or_else(|| Some(integer(concern, "w")?.to_string()))),
        }
    }
}

/// The calls of every reason: `stepUpCmd`, `priorityTakeover`, `catchUpTakeover`, `electionTimeout`, `freezeTimeout`.
fn elections_called(metrics: &Document) -> i64 {
    metrics.values().filter_map(|reason| integer(reason.as_document()?, "called")).sum()
}

impl Operations {
    fn read(counters: &Document) -> Self {
        let counted = |key| number(counters, key).unwrap_or_default();
        Self {
            insert: counted("insert"),
            query: counted("query"),
            update: counted("update"),
            delete: counted("delete"),
            getmore: counted("getmore"),
            command: counted("command"),
        }
    }
}

impl OplogRoom {
    /// Reads the only document of [`Self::pipeline`]'s answer.
    pub(crate) fn read(stats: &Document) -> Option<Self> {
        Some(Self { size: number(stats, "size")?, limit: number(stats, "limit")? })
    }

    /// To be run on `local.oplog.rs`.
    pub(crate) fn pipeline() -> [Document; 2] {
        [
            bson::doc! { "$collStats": { "storageStats": {} } },
            bson::doc! { "$project": { "size": "$storageStats.size", "limit": "$storageStats.maxSize" } },
        ]
    }
}
