//! The Open API contract: every endpoint that larkctl uses or simulates, as data.
//!
//! The files in `schemas/open-api/` are compiled in: one JSON line per endpoint, `patches.json` with the
//! corrections that a reading of the reference makes necessary (each with its reason), `codes.tsv` with the
//! generic error table and `gateway.tsv` with what the gateway answers before any service is asked.
//!
//! The client reads it for rates, tokens, scopes and idempotency; the sandbox reads it to refuse whatever
//! falls outside. It is the only knowledge the two sides share, and it is knowledge about the remote.

mod codes;
mod endpoint;
mod load;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use codes::{Class, GatewayCode, GenericCode};
pub use endpoint::{
    ConditionalRate, Endpoint, ErrorCode, Field, FieldType, Idempotency, Number, Rate, TokenType,
};
pub use load::ContractError;

/// All endpoints, indexed by method and path template, with the error tables.
#[derive(Debug)]
pub struct Contract {
    endpoints: Vec<Endpoint>,
    by_key: HashMap<String, usize>,
    codes: codes::Codes,
}

static BUILT_IN: LazyLock<Result<Contract, ContractError>> = LazyLock::new(load::built_in);

impl Contract {
    /// The contract that is compiled into the program.
    ///
    /// # Errors
    /// Only when the embedded files are broken, which a unit test rules out for every build.
    pub fn built_in() -> Result<&'static Contract, &'static ContractError> {
        BUILT_IN.as_ref()
    }

    /// Every endpoint, ordered by path, then method.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The endpoint with this method and path template (`/open-apis/…/:department_id`).
    pub fn endpoint(&self, method: &str, template: &str) -> Option<&Endpoint> {
        self.by_key.get(&format!("{method} {template}")).map(|&i| &self.endpoints[i])
    }

    /// The generic table's rows for a code; a few codes have two.
    pub fn generic(&self, code: i64) -> &[GenericCode] {
        self.codes.generic(code)
    }

    /// What the gateway itself answers under this code.
    pub fn gateway(&self, code: i64) -> Option<&GatewayCode> {
        self.codes.gateway(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_files_are_sound() {
        let contract = Contract::built_in().expect("contract");
        assert!(contract.endpoints().len() >= 80);
        let create = contract.endpoint("POST", "/open-apis/contact/v3/users").expect("user create");
        assert_eq!(create.rate.per_second, Some(50));
        assert!(create.idempotency.is_some());
        assert!(contract.endpoint("POST", "/open-apis/contact/v3/user").is_none());
    }

    #[test]
    fn patches_are_applied_to_both_user_writes() {
        let contract = Contract::built_in().expect("contract");
        for (method, path) in
            [("POST", "/open-apis/contact/v3/users"), ("PATCH", "/open-apis/contact/v3/users/:user_id")]
        {
            let e = contract.endpoint(method, path).expect("endpoint");
            let field = e.body.iter().find(|f| f.name == "employee_type").expect("field");
            assert!(field.allowed.is_empty(), "{method}: custom employee types must be allowed");
        }
    }

    #[test]
    fn two_meanings_of_one_code_are_both_kept() {
        let contract = Contract::built_in().expect("contract");
        assert_eq!(contract.generic(40003).len(), 2);
        assert_eq!(contract.generic(1).len(), 0);
    }
}
