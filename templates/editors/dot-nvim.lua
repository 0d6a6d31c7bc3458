-- Neovim 0.11 or later, with `exrc` set: findings of `lockstep lsp` in XML, and the schemas of the other files.
local schemas = vim.uri_from_fname(vim.fn.getcwd() .. '/.lockstep/schemas')
vim.filetype.add({ filename = { ['plugin-info'] = 'json' } })
vim.lsp.config('lockstep', { cmd = { 'lockstep', 'lsp' }, filetypes = { 'xml' }, root_markers = { 'plugin.xml', '.git' } })
vim.lsp.config('jsonls', {
  settings = {
    json = {
      validate = { enable = true },
      schemas = {
        { fileMatch = { 'family.json' }, url = schemas .. '/family.schema.json' },
        { fileMatch = { 'plugin-info' }, url = schemas .. '/plugin-info.schema.json' },
        { fileMatch = { 'lockstep.config.json' }, url = schemas .. '/lockstep.config.schema.json' },
        { fileMatch = { 'answers.json', '*.answers.json' }, url = schemas .. '/answers.schema.json' },
      },
    },
  },
})
vim.lsp.config('yamlls', {
  settings = {
    yaml = {
      schemas = {
        [schemas .. '/lockstep.schema.json'] = { 'lockstep.yaml', 'lockstep.yml' },
        [schemas .. '/answers.schema.json'] = { 'answers.yaml', '*.answers.yaml' },
      },
    },
  },
})
vim.lsp.enable({ 'lockstep', 'jsonls', 'yamlls' })
