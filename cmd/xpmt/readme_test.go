//go:build cgo

package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// readmeCommands returns the arguments of the xpmt commands that README.md
// prints for a clone: those that read a file or a folder.
func readmeCommands(t *testing.T) [][]string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	var commands [][]string
	for _, found := range regexp.MustCompile(`(?m)^xpmt ([^#\n]+)`).FindAllStringSubmatch(string(readme), -1) {
		commands = append(commands, strings.Fields(found[1]))
	}
	return commands
}

func TestReadme_CommandsWorkInAClone(t *testing.T) {
	t.Setenv(keyVariable, "")
	commands := readmeCommands(t)
	t.Chdir("../..")
	var ran []string
	for _, args := range commands {
		ran = append(ran, args[0])
		if args[0] == "serve" {
			served := serve(t, args[1:]...)
			served.line(t)
			served.interrupt()
			assert.Equal(t, 0, <-served.code)
			continue
		}
		got := xpmt(t.Context(), "", args...)
		assert.Equal(t, 0, got.code, args)
		assert.NotEmpty(t, got.stdout, args)
	}
	assert.Equal(t, []string{"serve", "evaluate", "conformance"}, ran)
}
