// The program with its documents replaced by what Relay's compiler made of them, as a bundler does it.
import { writeFileSync } from 'node:fs'
import { transformFileSync } from '@babel/core'

const { code } = transformFileSync('program.js', {
  plugins: [['relay', { eagerEsModules: false }]], babelrc: false, configFile: false, sourceType: 'script',
})
writeFileSync('compiled.js', code)
