//! Many requests at once without a runtime of our own: the client paces them and bounds what is on the wire.

use std::future::Future;

use futures_util::stream::{self, StreamExt};

/// Enough to keep the client busy; more would only be polled in vain.
const WINDOW: usize = 48;

/// Drives all futures, so many at a time, and gives their results in the order of the futures. One that is slow
/// keeps none of the others from beginning.
pub(super) async fn in_parallel<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let placed = futures.into_iter().enumerate().map(|(place, future)| async move { (place, future.await) });
    let mut done: Vec<(usize, F::Output)> = stream::iter(placed).buffer_unordered(WINDOW).collect().await;
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, output)| output).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::poll_fn;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Ready at the second poll.
    async fn later<T>(value: T) -> T {
        let mut polled = false;
        poll_fn(move |context| {
            if std::mem::replace(&mut polled, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        value
    }

    /// Polls until it is done: everything here wakes itself at once.
    fn finished<F: Future>(future: F) -> F::Output {
        let mut future = std::pin::pin!(future);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                return output;
            }
        }
    }

    #[test]
    fn all_results_come_in_the_order_of_the_futures_however_many_there_are() {
        for many in [0, 1, WINDOW, WINDOW + 1, 5 * WINDOW] {
            let found = finished(in_parallel((0..many).map(later).collect()));
            assert_eq!(found, (0..many).collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_more_than_the_window_are_under_way() {
        let (now, most) = (Cell::new(0), Cell::new(0));
        let counted = (0..3 * WINDOW).map(|_| async {
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            later(()).await;
            now.set(now.get() - 1);
        });
        finished(in_parallel(counted.collect()));
        assert_eq!(most.get(), WINDOW);
    }
}
