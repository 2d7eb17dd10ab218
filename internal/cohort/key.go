package cohort

import (
	"crypto/rand"
	"encoding/binary"
	"unsafe"
)

// Key is the secret key of the hashes that stand for members. All sets of a
// client have the same key, so that a user is hashed once for all of them.
// Without the key nobody can choose names whose hashes collide or lie side by
// side. No verb of package fmt, no log handler and no encoder prints it. The
// zero Key is 16 zero bytes. Any number of goroutines may use a Key. See
// RATIONALE.md, "Why is a member of a cohort a 64-bit SipHash?".
type Key struct {
	words func() (k0, k1 uint64) // nil in the zero Key
}

// NewKey returns a random key.
func NewKey() Key {
	var key [16]byte
	_, _ = rand.Read(key[:]) // never returns an error
	return KeyOf(key)
}

// KeyOf returns the key whose Bytes these are.
func KeyOf(key [16]byte) Key {
	k0 := binary.LittleEndian.Uint64(key[:8])
	k1 := binary.LittleEndian.Uint64(key[8:])
	return Key{words: func() (uint64, uint64) { return k0, k1 }}
}

// Bytes returns the key itself, for a file that only the program's user can
// read.
func (k Key) Bytes() (key [16]byte) {
	k0, k1 := k.pair()
	binary.LittleEndian.PutUint64(key[:8], k0)
	binary.LittleEndian.PutUint64(key[8:], k1)
	return key
}

// Hash returns the hash of a member: a user ID or the name of a group. It
// hashes the bytes as they are: the names in a cohort are valid UTF-8, since
// Decode replaces each other byte with U+FFFD.
func (k Key) Hash(member string) uint64 {
	k0, k1 := k.pair()
	return sipHash(k0, k1, member)
}

// HashBytes returns what Hash returns for a string of these bytes. It does not
// keep them.
func (k Key) HashBytes(member []byte) uint64 { return k.Hash(asString(member)) }

// asString returns a string that shares its bytes, so it is valid as long as
// these do not change.
func asString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func (k Key) pair() (k0, k1 uint64) {
	if k.words == nil {
		return 0, 0
	}
	return k.words()
}
