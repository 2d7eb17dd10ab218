// Package updater keeps the flags of a client current. An [Updater] owns
// everything that changes while a client lives: the snapshot in use, the one
// goroutine that polls, and what they remember of the last load.
//
// Ownership is in the types. A published belongs to everybody: evaluations read
// its snapshot without a lock. A loader belongs to one goroutine at a time:
// Start makes it for the first load and hands it to the goroutine that polls.
// See RATIONALE.md, "Why does the updater own one goroutine?".
package updater
