//! One suite, two databases. PostgreSQL is where TAWTHIQ_TEST_POSTGRES points (`scripts/with-postgres`).

mod broken;
mod given;
mod killed;
mod links;
mod place;
mod projection;
mod queries;
mod replay;
