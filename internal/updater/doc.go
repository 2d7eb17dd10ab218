// Package updater keeps the flags and cohorts of a client current. An [Updater]
// owns everything that changes while a client lives: the snapshot in use, the
// goroutines, and what they remember.
//
// One goroutine, the loop, makes every state. The data sources have goroutines
// of their own and deliver documents and cohorts to it. Listeners and the saver
// of the last good state run beside it, so that neither can hold it up.
// Evaluations read the current snapshot without a lock. See RATIONALE.md, "Why
// does the updater own one goroutine?".
package updater
