// Package lastgood keeps what a client needs to start without the service: a
// main file of named sections and, in a folder beside it, parts, which are
// files of the same format. It knows neither flags nor cohorts.
//
// A file is replaced as a whole: a reader, also after a crash or kill -9, finds
// the previous file or the next one, never a mixture. Every byte of a file is
// covered by a checksum. A file belongs to one deployment key, which it does
// not contain. Large files are mapped into memory where the platform can, so
// that processes share their pages and starting does not copy them.
// See RATIONALE.md, "Why does the last good file have parts?".
//
// For a main file /var/lib/app/flags there are, all for the user alone:
//
//	/var/lib/app/flags             the main file
//	/var/lib/app/flags.lock        held while a process writes; stays
//	/var/lib/app/flags.d/NAME.part the parts
//	….tmp-123456                   a file that is being written, or was when
//	                               its process died: the next write removes it
//
// Other programs may delete these files or replace them by renaming. They must
// not change or truncate them in place: the memory of processes that have
// mapped one would change, and to read beyond the new end of a file kills a
// process (SIGBUS). So does a disk that fails after the file was read, if the
// system has dropped the page meanwhile, as with a program's own code.
package lastgood
