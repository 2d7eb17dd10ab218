package cohort_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplitude/experiment-go-server/internal/cohort"
)

// The vectors come with the reference implementation of SipHash-2-4 (vectors.h
// in github.com/veorq/SipHash, in the public domain): for the key 00 01 … 0f,
// the hash of the text 00 01 … of each length. The paper has the vector of
// length 15.
func TestKey_HashIsSipHash24(t *testing.T) {
	vectors := map[int]uint64{
		0: 0x726fdb47dd0e0e31, 1: 0x74f839c593dc67fd, 2: 0x0d6c8009d9a94f5a, 3: 0x85676696d7fb7e2d,
		4: 0xcf2794e0277187b7, 5: 0x18765564cd99a68d, 6: 0xcbc9466e58fee3ce, 7: 0xab0200f58b01d137,
		8: 0x93f5f5799a932462, 9: 0x9e0082df0ba9e4b0, 10: 0x7a5dbbc594ddb9f3, 11: 0xf4b32f46226bada7,
		12: 0x751e8fbc860ee5fb, 13: 0x14ea5627c0843d90, 14: 0xf723ca908e7af2ee, 15: 0xa129ca6149be45e5,
		16: 0x3f2acc7f57c29bdb, 23: 0xa80c038ccd5ccec8, 31: 0x32d892fad841c342, 32: 0x7127512f72f27cce,
		47: 0xd06c98cd5c0975eb, 60: 0x6ca4ecb15c5f91e1, 63: 0x958a324ceb064572,
	}
	var bytesOfKey [16]byte
	for i := range bytesOfKey {
		bytesOfKey[i] = byte(i)
	}
	key := cohort.KeyOf(bytesOfKey)
	text := make([]byte, 64)
	for i := range text {
		text[i] = byte(i)
	}
	for length, want := range vectors {
		assert.Equal(t, want, key.Hash(string(text[:length])), "length %d", length)
		assert.Equal(t, want, key.HashBytes(text[:length]), "length %d", length)
	}
}

func TestKey_IsRandomAndCanBeStored(t *testing.T) {
	key := cohort.NewKey()
	assert.NotEqual(t, [16]byte{}, key.Bytes())
	assert.NotEqual(t, cohort.NewKey().Bytes(), key.Bytes())
	assert.Equal(t, key.Bytes(), cohort.KeyOf(key.Bytes()).Bytes())
	assert.Equal(t, key.Hash("u1"), cohort.KeyOf(key.Bytes()).Hash("u1"))
	assert.NotEqual(t, key.Hash("u1"), cohort.NewKey().Hash("u1"))
}

func TestKey_ZeroIsAKey(t *testing.T) {
	assert.Equal(t, [16]byte{}, cohort.Key{}.Bytes())
	assert.Equal(t, cohort.KeyOf([16]byte{}).Hash("u1"), cohort.Key{}.Hash("u1"))
}

func TestKey_HashDoesNotAllocate(t *testing.T) {
	key, member := cohort.NewKey(), []byte("user-1234567890")
	assert.Zero(t, testing.AllocsPerRun(100, func() { key.HashBytes(member) }))
}

func TestKey_IsNotPrinted(t *testing.T) {
	const secret = "KeyOfTheMembers!"
	key := cohort.KeyOf([16]byte([]byte(secret)))
	type outer struct {
		Key     cohort.Key
		Pointer *cohort.Key
		hidden  cohort.Key
		any     any
	}
	var parts []string
	for _, half := range []string{secret[:8], secret[8:]} {
		word := binary.LittleEndian.Uint64([]byte(half))
		parts = append(parts, half, fmt.Sprintf("%x", half), fmt.Sprintf("% x", half), fmt.Sprintf("%X", half),
			strings.Trim(fmt.Sprint([]byte(half)), "[]"), fmt.Sprintf("%d", word), fmt.Sprintf("%x", word))
	}
	for _, value := range []any{
		key, &key, outer{key, &key, key, key}, &outer{key, &key, key, &key}, []cohort.Key{key},
		map[string]*cohort.Key{"k": &key},
	} {
		var texts bytes.Buffer
		for _, verb := range []string{
			"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%p", "%t", "%c", "%U", "%e", "%T", "%O", "%b",
		} {
			fmt.Fprintf(&texts, verb, value)
		}
		slog.New(slog.NewTextHandler(&texts, nil)).Info("m", "value", value)
		slog.New(slog.NewJSONHandler(&texts, nil)).Info("m", "value", value)
		encoded, err := json.Marshal(value)
		texts.Write(encoded)
		fmt.Fprint(&texts, err)
		require.NotEmpty(t, texts.String())
		for _, part := range parts {
			assert.NotContains(t, texts.String(), part)
		}
	}
}
