//! What goes on beside a connection, under a name.

use super::Engine;
use crate::{
    Result,
    connection::{ConnectionId, QueryId},
};

impl Engine {
    /// Ends when something is cancelled under this name (`cancel_query`), for whoever does a thing that is none of the engine's
    /// own; without a name never. It can be cancelled from now on.
    ///
    /// # Errors
    ///
    /// `NotFound`.
    pub fn cancelled(
        &self,
        connection: &ConnectionId,
        query: Option<QueryId>,
    ) -> Result<impl Future<Output = ()> + Send + use<>> {
        Ok(self.session(connection)?.steps(query).until_cancelled())
    }
}
