//! Seeds, several at a time on one thread: each waits for its sandbox half of the time.

use std::cell::RefCell;
use std::ops::Range;

use futures_util::future::join_all;

/// Wrong seeds after which no more are begun.
const ENOUGH: usize = 3;

/// Tries each seed, `workers` at a time. Gives what each worker gathered, and what is wrong with which seeds.
pub(super) async fn each_seed<T: Default>(
    seeds: Range<u64>,
    workers: usize,
    one: impl AsyncFn(u64, &mut T) -> Result<(), String>,
) -> (Vec<T>, Vec<String>) {
    let (open, wrong) = (RefCell::new(seeds), RefCell::new(Vec::new()));
    let work = async || {
        let mut gathered = T::default();
        while wrong.borrow().len() < ENOUGH {
            let Some(seed) = open.borrow_mut().next() else { break };
            if let Err(why) = one(seed, &mut gathered).await {
                wrong.borrow_mut().push(why);
            }
        }
        gathered
    };
    let all = join_all((0..workers).map(|_| work())).await;
    (all, wrong.into_inner())
}
